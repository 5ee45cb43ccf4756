-- AlterEnum
ALTER TYPE "TrainingRunStatus" ADD VALUE 'QUEUED' BEFORE 'RUNNING';

-- AlterTable
ALTER TABLE "training_runs" ADD COLUMN     "artifact_file_id" UUID,
ADD COLUMN     "asked_by" JSONB,
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "is_executed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lease_token" UUID,
ADD COLUMN     "leased_until" TIMESTAMPTZ(3),
ADD COLUMN     "model_id" UUID,
ADD COLUMN     "progress" REAL;

-- CreateIndex
CREATE INDEX "training_runs_org_id_artifact_file_id_idx" ON "training_runs"("org_id", "artifact_file_id");

-- AddForeignKey
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_org_id_artifact_file_id_fkey" FOREIGN KEY ("org_id", "artifact_file_id") REFERENCES "stored_files"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the .prisma files cannot say. A value that was just added to an enum cannot be used in the same transaction: it is named as text.

-- What waits or runs has no end, what has ended has one.
ALTER TABLE "training_runs" DROP CONSTRAINT "training_runs_end_check";
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_end_check" CHECK (
  ("status"::text IN ('QUEUED', 'RUNNING')) = ("finished_at" IS NULL) AND ("finished_at" IS NULL) = ("duration_ms" IS NULL));

-- Only what the platform executes waits, has progress, a model to be a version of, a file and a lease.
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_executed_check" CHECK (
  "is_executed" = ("progress" IS NOT NULL) AND ("is_executed" OR (
    "status"::text <> 'QUEUED' AND num_nonnulls("model_id", "artifact_file_id", "lease_token", "leased_until", "asked_by") = 0)));
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_progress_check" CHECK ("progress" BETWEEN 0 AND 1);
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_lease_check" CHECK (
  ("is_executed" AND "status" = 'RUNNING') = (num_nonnulls("lease_token", "leased_until") = 2));
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_asked_check" CHECK (
  "asked_by" IS NOT NULL OR NOT "is_executed" OR "finished_at" IS NOT NULL);
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_artifact_check" CHECK (
  NOT "is_executed" OR "status" <> 'SUCCEEDED' OR "artifact_file_id" IS NOT NULL);

-- Those that wait for work, of every organization: few at any time.
CREATE INDEX "training_runs_waiting_idx" ON "training_runs" ("created_at") WHERE "asked_by" IS NOT NULL;

-- Renewing a lease changes nothing that anybody sees. Whatever changes a run through a store sets `updated_at`.
DROP TRIGGER "training_runs_count_revision" ON "training_runs";
CREATE TRIGGER "training_runs_count_revision" BEFORE UPDATE OF "status", "updated_at" ON "training_runs"
  FOR EACH ROW EXECUTE FUNCTION "count_revision"();

DROP TRIGGER "training_runs_tell_change" ON "training_runs";
CREATE TRIGGER "training_runs_tell_change" AFTER UPDATE OF "status", "updated_at" OR DELETE ON "training_runs"
  FOR EACH ROW EXECUTE FUNCTION "tell_change"();
