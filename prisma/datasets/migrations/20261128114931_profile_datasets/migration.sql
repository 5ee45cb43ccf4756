-- CreateEnum
CREATE TYPE "DatasetStatus" AS ENUM ('PENDING', 'PROFILING', 'READY', 'FAILED');

-- AlterTable
ALTER TABLE "datasets" ADD COLUMN     "asked_by" JSONB,
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "failure_code" VARCHAR(50),
ADD COLUMN     "failure_message" VARCHAR(1000),
ADD COLUMN     "lease_token" UUID,
ADD COLUMN     "leased_until" TIMESTAMPTZ(3),
ADD COLUMN     "profile" JSONB,
ADD COLUMN     "progress" REAL NOT NULL DEFAULT 0,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status" "DatasetStatus" NOT NULL DEFAULT 'PENDING',
ADD COLUMN     "table_id" UUID,
ALTER COLUMN "row_count" DROP NOT NULL,
ALTER COLUMN "columns" SET DEFAULT '[]',
ALTER COLUMN "preview" SET DEFAULT '[]';

-- CreateIndex
-- The largest first. NULLS LAST is by hand: an ascending index, read backward, has those without a count first.
CREATE INDEX "datasets_org_id_row_count_largest_idx" ON "datasets"("org_id", "row_count" DESC NULLS LAST, "id" DESC);

-- What the .prisma files cannot say.

-- Datasets that are here already wait for their profile, which nobody asked for.
UPDATE "datasets" SET "row_count" = NULL, "columns" = '[]', "preview" = '[]', "asked_by" = jsonb_build_object(
  'organizationId', "org_id", 'userId', '00000000-0000-0000-0000-000000000000', 'roles', '[]'::jsonb, 'scopes', '[]'::jsonb);

ALTER TABLE "datasets" ADD CONSTRAINT "datasets_progress_check" CHECK ("progress" BETWEEN 0 AND 1);
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_pending_check" CHECK ("status" <> 'PENDING' OR "asked_by" IS NOT NULL);
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_ready_check" CHECK (
  ("status" = 'READY') = (num_nonnulls("row_count", "profile", "table_id") = 3));
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_failure_check" CHECK (
  ("status" = 'FAILED') = (num_nonnulls("failure_code", "failure_message") = 2));
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_lease_check" CHECK (
  ("status" = 'PROFILING') = (num_nonnulls("lease_token", "leased_until") = 2));

-- Those that wait for work, of every organization: few at any time.
CREATE INDEX "datasets_waiting_idx" ON "datasets" ("created_at") WHERE "status" IN ('PENDING', 'PROFILING');

-- Renewing a lease changes nothing that anybody sees.
CREATE TRIGGER "datasets_count_revision" BEFORE UPDATE OF "name", "source", "status", "progress" ON "datasets"
  FOR EACH ROW EXECUTE FUNCTION "count_revision"();

CREATE TRIGGER "datasets_tell_change" AFTER UPDATE OF "name", "source", "status", "progress" OR DELETE ON "datasets"
  FOR EACH ROW EXECUTE FUNCTION "tell_change"();
