-- CreateEnum
CREATE TYPE "DatasetSource" AS ENUM ('UPLOAD', 'DATABASE', 'SAMPLE');

-- CreateEnum
CREATE TYPE "TrainingRunStatus" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "ProblemType" AS ENUM ('REGRESSION', 'CLASSIFICATION');

-- CreateEnum
CREATE TYPE "NonFinite" AS ENUM ('NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY');

-- CreateTable
CREATE TABLE "datasets" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" VARCHAR(500) NOT NULL,
    "source" "DatasetSource" NOT NULL,
    "row_count" INTEGER NOT NULL,
    "columns" JSONB NOT NULL,
    "preview" JSONB NOT NULL,
    "file_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "org_id" UUID NOT NULL,
    "mutation" VARCHAR(100) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "entity_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("org_id","mutation","key")
);

-- CreateTable
CREATE TABLE "prediction_feedback" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "prediction_id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "is_correct" BOOLEAN NOT NULL,
    "predicted_outcome" VARCHAR(500),
    "actual_outcome" VARCHAR(500),
    "comment" TEXT,
    "author_id" UUID NOT NULL,
    "supersedes_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prediction_feedback_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "stored_files" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "filename" VARCHAR(500) NOT NULL,
    "mime_type" VARCHAR(100) NOT NULL,
    "byte_size" BIGINT NOT NULL,
    "sha256" BYTEA NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stored_files_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "stored_contents" (
    "org_id" UUID NOT NULL,
    "sha256" BYTEA NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "stored_contents_pkey" PRIMARY KEY ("org_id","sha256")
);

-- CreateTable
CREATE TABLE "training_runs" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "status" "TrainingRunStatus" NOT NULL,
    "problem_type" "ProblemType" NOT NULL,
    "target" VARCHAR(200) NOT NULL,
    "features" TEXT[],
    "algorithm" VARCHAR(200) NOT NULL,
    "hyperparameters" JSONB NOT NULL DEFAULT '{}',
    "duration_ms" INTEGER,
    "error" TEXT,
    "source_execution_id" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "training_runs_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "training_metrics" (
    "org_id" UUID NOT NULL,
    "training_run_id" UUID NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "value" DOUBLE PRECISION,
    "non_finite" "NonFinite",

    CONSTRAINT "training_metrics_pkey" PRIMARY KEY ("org_id","training_run_id","name")
);

-- CreateTable
CREATE TABLE "workspaces" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "name" VARCHAR(500) NOT NULL,
    "analysis_data" JSONB NOT NULL DEFAULT '{}',
    "chat_history" JSONB NOT NULL DEFAULT '[]',
    "size_bytes" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateIndex
CREATE INDEX "datasets_org_id_created_at_id_idx" ON "datasets"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "datasets_org_id_name_id_idx" ON "datasets"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "datasets_org_id_row_count_id_idx" ON "datasets"("org_id", "row_count", "id");

-- CreateIndex
CREATE INDEX "datasets_org_id_file_id_idx" ON "datasets"("org_id", "file_id");

-- CreateIndex
CREATE INDEX "datasets_columns_idx" ON "datasets" USING GIN ("columns" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_prediction_id_created_at_id_idx" ON "prediction_feedback"("org_id", "prediction_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_dataset_id_created_at_id_idx" ON "prediction_feedback"("org_id", "dataset_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_dataset_id_model_version_id_crea_idx" ON "prediction_feedback"("org_id", "dataset_id", "model_version_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_model_version_id_created_at_id_idx" ON "prediction_feedback"("org_id", "model_version_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_author_id_created_at_id_idx" ON "prediction_feedback"("org_id", "author_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_created_at_id_idx" ON "prediction_feedback"("org_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "prediction_feedback_org_id_supersedes_id_key" ON "prediction_feedback"("org_id", "supersedes_id");

-- CreateIndex
CREATE INDEX "stored_files_org_id_created_at_id_idx" ON "stored_files"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "stored_files_org_id_filename_id_idx" ON "stored_files"("org_id", "filename", "id");

-- CreateIndex
CREATE INDEX "stored_files_org_id_byte_size_id_idx" ON "stored_files"("org_id", "byte_size", "id");

-- CreateIndex
CREATE INDEX "stored_files_org_id_sha256_idx" ON "stored_files"("org_id", "sha256");

-- CreateIndex
CREATE INDEX "training_runs_org_id_dataset_id_created_at_id_idx" ON "training_runs"("org_id", "dataset_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_runs_org_id_created_at_id_idx" ON "training_runs"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_runs_org_id_duration_ms_id_idx" ON "training_runs"("org_id", "duration_ms", "id");

-- CreateIndex
CREATE INDEX "training_runs_org_id_algorithm_created_at_id_idx" ON "training_runs"("org_id", "algorithm", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_runs_org_id_source_execution_id_created_at_id_idx" ON "training_runs"("org_id", "source_execution_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_metrics_org_id_name_value_idx" ON "training_metrics"("org_id", "name", "value");

-- CreateIndex
CREATE INDEX "workspaces_org_id_dataset_id_updated_at_id_idx" ON "workspaces"("org_id", "dataset_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "workspaces_org_id_updated_at_id_idx" ON "workspaces"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "workspaces_org_id_created_at_id_idx" ON "workspaces"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "workspaces_org_id_name_id_idx" ON "workspaces"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "workspaces_org_id_size_bytes_id_idx" ON "workspaces"("org_id", "size_bytes", "id");

-- AddForeignKey
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_org_id_file_id_fkey" FOREIGN KEY ("org_id", "file_id") REFERENCES "stored_files"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prediction_feedback" ADD CONSTRAINT "prediction_feedback_org_id_dataset_id_fkey" FOREIGN KEY ("org_id", "dataset_id") REFERENCES "datasets"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prediction_feedback" ADD CONSTRAINT "prediction_feedback_org_id_supersedes_id_fkey" FOREIGN KEY ("org_id", "supersedes_id") REFERENCES "prediction_feedback"("org_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "stored_files" ADD CONSTRAINT "stored_files_org_id_sha256_fkey" FOREIGN KEY ("org_id", "sha256") REFERENCES "stored_contents"("org_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_org_id_dataset_id_fkey" FOREIGN KEY ("org_id", "dataset_id") REFERENCES "datasets"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_metrics" ADD CONSTRAINT "training_metrics_org_id_training_run_id_fkey" FOREIGN KEY ("org_id", "training_run_id") REFERENCES "training_runs"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_org_id_dataset_id_fkey" FOREIGN KEY ("org_id", "dataset_id") REFERENCES "datasets"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the .prisma files cannot say.

-- The first judgement of a prediction is one. With the unique supersedes_id its judgements are one chain.
CREATE UNIQUE INDEX "prediction_feedback_org_id_prediction_id_first_key" ON "prediction_feedback"("org_id", "prediction_id") WHERE "supersedes_id" IS NULL;

-- The longest runs first. NULLS LAST is by hand: an ascending index, read backward, has the runs without a duration first.
CREATE INDEX "training_runs_org_id_duration_ms_longest_idx" ON "training_runs"("org_id", "duration_ms" DESC NULLS LAST, "id" DESC);

ALTER TABLE "datasets" ADD CONSTRAINT "datasets_row_count_check" CHECK ("row_count" >= 0);

ALTER TABLE "stored_files" ADD CONSTRAINT "stored_files_byte_size_check" CHECK ("byte_size" >= 0);

ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_size_bytes_check" CHECK ("size_bytes" >= 0);

ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_revision_check" CHECK ("revision" >= 1);

ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_duration_ms_check" CHECK ("duration_ms" >= 0);

-- A run has a duration and an end when it does not run any more, and not before.
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_end_check" CHECK (("status" = 'RUNNING') = ("finished_at" IS NULL) AND ("finished_at" IS NULL) = ("duration_ms" IS NULL));

ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_error_check" CHECK (("status" = 'FAILED') = ("error" IS NOT NULL));

-- A figure is a finite value or says which non-finite one it is.
ALTER TABLE "training_metrics" ADD CONSTRAINT "training_metrics_figure_check" CHECK (("value" IS NULL) <> ("non_finite" IS NULL) AND "value" NOT IN ('NaN', 'Infinity', '-Infinity'));
