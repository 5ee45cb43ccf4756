-- CreateEnum
CREATE TYPE "AnalysisResultType" AS ENUM ('CSV', 'RESEARCH_PAPER', 'STATISTICAL', 'ML');

-- CreateEnum
CREATE TYPE "ChatFileType" AS ENUM ('CSV', 'TSV', 'JSON_LINES', 'PDF', 'XLSX', 'TEXT', 'OTHER');

-- CreateEnum
CREATE TYPE "ChatFileStatus" AS ENUM ('UPLOADED', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "ChatTurnStatus" AS ENUM ('PENDING', 'COMPLETED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "ChatAgentType" AS ENUM ('CSV_ANALYSIS', 'STATISTICAL_ANALYSIS', 'ML_ANALYSIS', 'RESEARCH_PAPER');

-- CreateTable
CREATE TABLE "analysis_results" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "file_id" UUID,
    "turn_id" UUID,
    "analysis_type" "AnalysisResultType" NOT NULL,
    "result" JSONB NOT NULL,
    "charts" JSONB NOT NULL DEFAULT '[]',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_results_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "chat_files" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID,
    "filename" VARCHAR(500) NOT NULL,
    "mime_type" VARCHAR(100) NOT NULL,
    "file_type" "ChatFileType" NOT NULL,
    "byte_size" BIGINT NOT NULL,
    "sha256" BYTEA NOT NULL,
    "status" "ChatFileStatus" NOT NULL DEFAULT 'UPLOADED',
    "error" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "uploader_id" UUID NOT NULL,
    "dataset_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_files_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "chat_session_stars" (
    "org_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_session_stars_pkey" PRIMARY KEY ("org_id","session_id","user_id")
);

-- CreateTable
CREATE TABLE "chat_sessions" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" VARCHAR(500) NOT NULL,
    "user_id" UUID,
    "tags" TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "expires_at" TIMESTAMPTZ(3),
    "archived_at" TIMESTAMPTZ(3),
    "last_turn_number" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_sessions_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "chat_turns" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "turn_number" INTEGER NOT NULL,
    "status" "ChatTurnStatus" NOT NULL DEFAULT 'PENDING',
    "user_message" TEXT NOT NULL,
    "agent_response" TEXT,
    "agent_type" "ChatAgentType",
    "context" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "chat_turns_pkey" PRIMARY KEY ("org_id","id")
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
CREATE TABLE "stored_contents" (
    "org_id" UUID NOT NULL,
    "sha256" BYTEA NOT NULL,
    "bytes" BYTEA NOT NULL,
    "held_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_contents_pkey" PRIMARY KEY ("org_id","sha256")
);

-- CreateIndex
CREATE INDEX "analysis_results_org_id_session_id_created_at_id_idx" ON "analysis_results"("org_id", "session_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "analysis_results_org_id_file_id_created_at_id_idx" ON "analysis_results"("org_id", "file_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "analysis_results_org_id_turn_id_created_at_id_idx" ON "analysis_results"("org_id", "turn_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_created_at_id_idx" ON "chat_files"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_filename_id_idx" ON "chat_files"("org_id", "filename", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_byte_size_id_idx" ON "chat_files"("org_id", "byte_size", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_session_id_created_at_id_idx" ON "chat_files"("org_id", "session_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_session_id_filename_id_idx" ON "chat_files"("org_id", "session_id", "filename", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_session_id_byte_size_id_idx" ON "chat_files"("org_id", "session_id", "byte_size", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_dataset_id_created_at_id_idx" ON "chat_files"("org_id", "dataset_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_files_org_id_sha256_idx" ON "chat_files"("org_id", "sha256");

-- CreateIndex
CREATE UNIQUE INDEX "chat_files_org_id_session_id_id_key" ON "chat_files"("org_id", "session_id", "id");

-- CreateIndex
CREATE INDEX "chat_session_stars_org_id_user_id_session_id_idx" ON "chat_session_stars"("org_id", "user_id", "session_id");

-- CreateIndex
CREATE INDEX "chat_sessions_org_id_created_at_id_idx" ON "chat_sessions"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_sessions_org_id_updated_at_id_idx" ON "chat_sessions"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "chat_sessions_org_id_title_id_idx" ON "chat_sessions"("org_id", "title", "id");

-- CreateIndex
CREATE INDEX "chat_sessions_org_id_user_id_created_at_id_idx" ON "chat_sessions"("org_id", "user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "chat_sessions_org_id_user_id_updated_at_id_idx" ON "chat_sessions"("org_id", "user_id", "updated_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_turns_org_id_session_id_turn_number_key" ON "chat_turns"("org_id", "session_id", "turn_number");

-- CreateIndex
CREATE UNIQUE INDEX "chat_turns_org_id_session_id_id_key" ON "chat_turns"("org_id", "session_id", "id");

-- AddForeignKey
ALTER TABLE "analysis_results" ADD CONSTRAINT "analysis_results_org_id_session_id_fkey" FOREIGN KEY ("org_id", "session_id") REFERENCES "chat_sessions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_results" ADD CONSTRAINT "analysis_results_org_id_session_id_file_id_fkey" FOREIGN KEY ("org_id", "session_id", "file_id") REFERENCES "chat_files"("org_id", "session_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "analysis_results" ADD CONSTRAINT "analysis_results_org_id_session_id_turn_id_fkey" FOREIGN KEY ("org_id", "session_id", "turn_id") REFERENCES "chat_turns"("org_id", "session_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "chat_files" ADD CONSTRAINT "chat_files_org_id_session_id_fkey" FOREIGN KEY ("org_id", "session_id") REFERENCES "chat_sessions"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_files" ADD CONSTRAINT "chat_files_org_id_sha256_fkey" FOREIGN KEY ("org_id", "sha256") REFERENCES "stored_contents"("org_id", "sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_session_stars" ADD CONSTRAINT "chat_session_stars_org_id_session_id_fkey" FOREIGN KEY ("org_id", "session_id") REFERENCES "chat_sessions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_turns" ADD CONSTRAINT "chat_turns_org_id_session_id_fkey" FOREIGN KEY ("org_id", "session_id") REFERENCES "chat_sessions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the stores promise and Prisma cannot say.
ALTER TABLE "chat_sessions" ADD CONSTRAINT "chat_sessions_last_turn_number_check" CHECK ("last_turn_number" >= 0);
ALTER TABLE "chat_turns" ADD CONSTRAINT "chat_turns_turn_number_check" CHECK ("turn_number" >= 1);
ALTER TABLE "chat_turns" ADD CONSTRAINT "chat_turns_finished_at_check" CHECK (("status" = 'PENDING') = ("finished_at" IS NULL));
ALTER TABLE "chat_turns" ADD CONSTRAINT "chat_turns_error_check" CHECK (("status" = 'FAILED') = ("error" IS NOT NULL));
ALTER TABLE "chat_files" ADD CONSTRAINT "chat_files_byte_size_check" CHECK ("byte_size" >= 0);
ALTER TABLE "chat_files" ADD CONSTRAINT "chat_files_error_check" CHECK (("status" = 'FAILED') = ("error" IS NOT NULL));
ALTER TABLE "analysis_results" ADD CONSTRAINT "analysis_results_charts_check" CHECK (jsonb_typeof("charts") = 'array');

-- For the filter by tags, which finds active sessions alone. The organization is none of its columns: that would need an extension.
CREATE INDEX "chat_sessions_tags_idx" ON "chat_sessions" USING GIN ("tags") WHERE "is_active";
