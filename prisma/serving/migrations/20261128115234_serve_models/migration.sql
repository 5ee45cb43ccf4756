-- CreateEnum
CREATE TYPE "PredictionErrorCode" AS ENUM ('MODEL_FAILED', 'TIMEOUT', 'CRASHED', 'OUT_OF_MEMORY', 'OVERLOADED', 'ENDPOINT_UNAVAILABLE', 'ENDPOINT_FAILED', 'INTERRUPTED');

-- AlterEnum
ALTER TYPE "PredictionStatus" ADD VALUE 'PENDING';

-- DropForeignKey
ALTER TABLE "predictions" DROP CONSTRAINT "predictions_org_id_model_version_id_deployment_id_fkey";

-- DropIndex
DROP INDEX "deployments_org_id_model_version_id_id_key";

-- AlterTable
ALTER TABLE "model_versions" ADD COLUMN     "artifact_sha256" BYTEA;

-- AlterTable
ALTER TABLE "predictions" ADD COLUMN     "batch_id" UUID,
ADD COLUMN     "error_code" "PredictionErrorCode",
ADD COLUMN     "pending_until" TIMESTAMPTZ(3),
ADD COLUMN     "request_id" VARCHAR(200);

-- CreateTable
CREATE TABLE "deployment_variants" (
    "org_id" UUID NOT NULL,
    "deployment_id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "percent" INTEGER NOT NULL,

    CONSTRAINT "deployment_variants_pkey" PRIMARY KEY ("org_id","deployment_id","model_version_id")
);

-- CreateTable
CREATE TABLE "model_aliases" (
    "org_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "model_version_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_aliases_pkey" PRIMARY KEY ("org_id","model_id","name")
);

-- CreateTable
CREATE TABLE "model_alias_changes" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "model_version_id" UUID,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_alias_changes_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "model_artifacts" (
    "org_id" UUID NOT NULL,
    "sha256" BYTEA NOT NULL,
    "blob_id" UUID NOT NULL,
    "byte_size" INTEGER NOT NULL,
    "signature" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_artifacts_pkey" PRIMARY KEY ("org_id","sha256")
);

-- CreateIndex
CREATE INDEX "deployment_variants_org_id_model_version_id_idx" ON "deployment_variants"("org_id", "model_version_id");

-- CreateIndex
CREATE INDEX "model_aliases_org_id_model_id_model_version_id_idx" ON "model_aliases"("org_id", "model_id", "model_version_id");

-- CreateIndex
CREATE INDEX "model_alias_changes_org_id_model_id_name_created_at_id_idx" ON "model_alias_changes"("org_id", "model_id", "name", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_artifacts_org_id_blob_id_idx" ON "model_artifacts"("org_id", "blob_id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_artifact_sha256_idx" ON "model_versions"("org_id", "artifact_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_org_id_model_id_id_key" ON "model_versions"("org_id", "model_id", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_batch_id_id_idx" ON "predictions"("org_id", "batch_id", "id");

-- AddForeignKey
ALTER TABLE "deployment_variants" ADD CONSTRAINT "deployment_variants_org_id_deployment_id_fkey" FOREIGN KEY ("org_id", "deployment_id") REFERENCES "deployments"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_variants" ADD CONSTRAINT "deployment_variants_org_id_model_version_id_fkey" FOREIGN KEY ("org_id", "model_version_id") REFERENCES "model_versions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_org_id_model_id_fkey" FOREIGN KEY ("org_id", "model_id") REFERENCES "models"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_org_id_model_id_model_version_id_fkey" FOREIGN KEY ("org_id", "model_id", "model_version_id") REFERENCES "model_versions"("org_id", "model_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_alias_changes" ADD CONSTRAINT "model_alias_changes_org_id_model_id_fkey" FOREIGN KEY ("org_id", "model_id") REFERENCES "models"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_org_id_artifact_sha256_fkey" FOREIGN KEY ("org_id", "artifact_sha256") REFERENCES "model_artifacts"("org_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_org_id_deployment_id_fkey" FOREIGN KEY ("org_id", "deployment_id") REFERENCES "deployments"("org_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- By hand: what Prisma's schema cannot say. A new value of an enum cannot be named in the transaction that adds it, its text can.
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_pending_check" CHECK (("status"::text = 'PENDING') = ("pending_until" IS NOT NULL));
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_error_code_check" CHECK ("error_code" IS NULL OR "status" = 'FAILED');
ALTER TABLE "deployment_variants" ADD CONSTRAINT "deployment_variants_percent_check" CHECK ("percent" BETWEEN 1 AND 100);
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_name_check" CHECK ("name" ~ '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$');
ALTER TABLE "model_artifacts" ADD CONSTRAINT "model_artifacts_sha256_check" CHECK (octet_length("sha256") = 32);
CREATE INDEX "predictions_org_id_pending_until_idx" ON "predictions"("org_id", "pending_until") WHERE "pending_until" IS NOT NULL;
