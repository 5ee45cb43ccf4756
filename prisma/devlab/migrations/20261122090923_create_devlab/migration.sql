-- CreateEnum
CREATE TYPE "InteractionType" AS ENUM ('INPUT', 'UPLOAD', 'CHAT', 'SIMULATION');

-- CreateEnum
CREATE TYPE "VisualizationType" AS ENUM ('TEXT', 'CHART', 'IMAGE', 'TABLE');

-- CreateEnum
CREATE TYPE "ExecutionStatus" AS ENUM ('SUCCEEDED', 'NONZERO_EXIT', 'TIMEOUT', 'OUT_OF_MEMORY', 'OUTPUT_LIMIT', 'SIGNALED', 'CANCELED');

-- CreateEnum
CREATE TYPE "ProjectFileType" AS ENUM ('SOURCE', 'TEST', 'CONFIG', 'DATA', 'DOCUMENTATION', 'OTHER');

-- CreateEnum
CREATE TYPE "CodeLanguage" AS ENUM ('JAVASCRIPT', 'TYPESCRIPT', 'PYTHON');

-- CreateTable
CREATE TABLE "discovery_tools" (
    "id" UUID NOT NULL,
    "code" VARCHAR(100) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "icon" VARCHAR(100) NOT NULL,
    "category" VARCHAR(100) NOT NULL,
    "interaction_type" "InteractionType" NOT NULL,
    "visualization_type" "VisualizationType" NOT NULL,
    "surprise_type" VARCHAR(100),
    "description" TEXT NOT NULL,
    "model_prompt_template" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "discovery_tools_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "executions" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "language" "CodeLanguage" NOT NULL,
    "code" TEXT NOT NULL,
    "status" "ExecutionStatus" NOT NULL,
    "stdout" TEXT NOT NULL,
    "stderr" TEXT NOT NULL,
    "exit_code" INTEGER,
    "error" TEXT,
    "duration_ms" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID NOT NULL,
    "runner" VARCHAR(200),
    "max_memory_bytes" BIGINT,
    "cpu_ms" INTEGER,
    "security_scan" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "executions_pkey" PRIMARY KEY ("org_id","id")
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
CREATE TABLE "industries" (
    "id" UUID NOT NULL,
    "code" VARCHAR(100) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "icon" VARCHAR(100) NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "industries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_files" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "path" VARCHAR(500) NOT NULL,
    "content" TEXT NOT NULL,
    "byte_size" INTEGER NOT NULL,
    "language" "CodeLanguage",
    "file_type" "ProjectFileType" NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "project_files_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "projects" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "description" TEXT,
    "language" "CodeLanguage" NOT NULL,
    "owner_id" UUID NOT NULL,
    "environment" JSONB NOT NULL DEFAULT '{}',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "use_case_categories" (
    "id" UUID NOT NULL,
    "code" VARCHAR(100) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "icon" VARCHAR(100) NOT NULL,
    "description" TEXT NOT NULL,
    "display_order" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "use_case_categories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "use_cases" (
    "id" UUID NOT NULL,
    "code" VARCHAR(100) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "industry_id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "short_description" VARCHAR(500) NOT NULL,
    "full_description" TEXT NOT NULL,
    "keywords" TEXT[],
    "tips" TEXT[],
    "theory" TEXT NOT NULL,
    "is_dynamic" BOOLEAN NOT NULL,
    "api_endpoint" VARCHAR(2000),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "use_cases_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "discovery_tools_code_key" ON "discovery_tools"("code");

-- CreateIndex
CREATE INDEX "discovery_tools_name_id_idx" ON "discovery_tools"("name", "id");

-- CreateIndex
CREATE INDEX "discovery_tools_category_name_id_idx" ON "discovery_tools"("category", "name", "id");

-- CreateIndex
CREATE INDEX "executions_org_id_created_at_id_idx" ON "executions"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "executions_org_id_duration_ms_id_idx" ON "executions"("org_id", "duration_ms", "id");

-- CreateIndex
CREATE INDEX "executions_org_id_status_created_at_id_idx" ON "executions"("org_id", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "executions_org_id_project_id_created_at_id_idx" ON "executions"("org_id", "project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "executions_org_id_project_id_duration_ms_id_idx" ON "executions"("org_id", "project_id", "duration_ms", "id");

-- CreateIndex
CREATE UNIQUE INDEX "industries_code_key" ON "industries"("code");

-- CreateIndex
CREATE INDEX "industries_name_id_idx" ON "industries"("name", "id");

-- CreateIndex
CREATE INDEX "project_files_org_id_project_id_updated_at_id_idx" ON "project_files"("org_id", "project_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "project_files_org_id_project_id_byte_size_id_idx" ON "project_files"("org_id", "project_id", "byte_size", "id");

-- CreateIndex
CREATE UNIQUE INDEX "project_files_org_id_project_id_path_key" ON "project_files"("org_id", "project_id", "path");

-- CreateIndex
CREATE INDEX "projects_org_id_created_at_id_idx" ON "projects"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "projects_org_id_updated_at_id_idx" ON "projects"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "projects_org_id_name_id_idx" ON "projects"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "projects_org_id_owner_id_created_at_id_idx" ON "projects"("org_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "use_case_categories_code_key" ON "use_case_categories"("code");

-- CreateIndex
CREATE INDEX "use_case_categories_display_order_id_idx" ON "use_case_categories"("display_order", "id");

-- CreateIndex
CREATE INDEX "use_case_categories_name_id_idx" ON "use_case_categories"("name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "use_cases_code_key" ON "use_cases"("code");

-- CreateIndex
CREATE INDEX "use_cases_name_id_idx" ON "use_cases"("name", "id");

-- CreateIndex
CREATE INDEX "use_cases_created_at_id_idx" ON "use_cases"("created_at", "id");

-- CreateIndex
CREATE INDEX "use_cases_industry_id_name_id_idx" ON "use_cases"("industry_id", "name", "id");

-- CreateIndex
CREATE INDEX "use_cases_category_id_name_id_idx" ON "use_cases"("category_id", "name", "id");

-- CreateIndex
CREATE INDEX "use_cases_keywords_idx" ON "use_cases" USING GIN ("keywords");

-- AddForeignKey
ALTER TABLE "executions" ADD CONSTRAINT "executions_org_id_project_id_fkey" FOREIGN KEY ("org_id", "project_id") REFERENCES "projects"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_files" ADD CONSTRAINT "project_files_org_id_project_id_fkey" FOREIGN KEY ("org_id", "project_id") REFERENCES "projects"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "use_cases" ADD CONSTRAINT "use_cases_industry_id_fkey" FOREIGN KEY ("industry_id") REFERENCES "industries"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "use_cases" ADD CONSTRAINT "use_cases_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "use_case_categories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the rules of the stores say, said again where nothing can get around it.
ALTER TABLE "projects" ADD CONSTRAINT "projects_revision_check" CHECK ("revision" >= 1);
ALTER TABLE "project_files" ADD CONSTRAINT "project_files_revision_check" CHECK ("revision" >= 1);
ALTER TABLE "project_files" ADD CONSTRAINT "project_files_byte_size_check" CHECK ("byte_size" = octet_length("content"));
ALTER TABLE "project_files" ADD CONSTRAINT "project_files_path_check" CHECK ("path" !~ '(^|/)\.{0,2}(/|$)');
ALTER TABLE "executions" ADD CONSTRAINT "executions_time_check" CHECK ("finished_at" >= "started_at" AND "duration_ms" >= 0);
ALTER TABLE "executions" ADD CONSTRAINT "executions_exit_code_check" CHECK (
    CASE "status"
        WHEN 'SUCCEEDED' THEN coalesce("exit_code" = 0, false)
        WHEN 'NONZERO_EXIT' THEN coalesce("exit_code" <> 0, false)
        ELSE "exit_code" IS NULL
    END
);
ALTER TABLE "executions" ADD CONSTRAINT "executions_use_check" CHECK ("max_memory_bytes" >= 0 AND "cpu_ms" >= 0);
ALTER TABLE "executions" ADD CONSTRAINT "executions_security_scan_check" CHECK (jsonb_typeof("security_scan") = 'object');
ALTER TABLE "use_case_categories" ADD CONSTRAINT "use_case_categories_display_order_check" CHECK ("display_order" >= 0);
ALTER TABLE "use_cases" ADD CONSTRAINT "use_cases_revision_check" CHECK ("revision" >= 1);
ALTER TABLE "use_cases" ADD CONSTRAINT "use_cases_api_endpoint_check" CHECK ("is_dynamic" OR "api_endpoint" IS NULL);
