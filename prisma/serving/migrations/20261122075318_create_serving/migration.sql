-- CreateEnum
CREATE TYPE "DeploymentEnvironment" AS ENUM ('DEVELOPMENT', 'STAGING', 'PRODUCTION');

-- CreateEnum
CREATE TYPE "DeploymentStatus" AS ENUM ('PENDING', 'ACTIVE', 'FAILED', 'STOPPED');

-- CreateEnum
CREATE TYPE "MetricDatasetType" AS ENUM ('TRAIN', 'VALIDATION', 'TEST');

-- CreateEnum
CREATE TYPE "NonFinite" AS ENUM ('NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY');

-- CreateEnum
CREATE TYPE "ModelVersionStatus" AS ENUM ('ACTIVE', 'DEPRECATED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "TrainingStrategy" AS ENUM ('PRETRAINED', 'FINE_TUNED', 'CUSTOM');

-- CreateEnum
CREATE TYPE "ExternalService" AS ENUM ('OPENAI', 'ANTHROPIC', 'SELF_HOSTED', 'HYBRID');

-- CreateEnum
CREATE TYPE "PredictionStatus" AS ENUM ('SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('MEMBER', 'ADMIN');

-- CreateTable
CREATE TABLE "api_keys" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "prefix" VARCHAR(20) NOT NULL,
    "last_four" VARCHAR(4) NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "rotated_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "deployments" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "environment" "DeploymentEnvironment" NOT NULL,
    "endpoint_url" VARCHAR(2000),
    "status" "DeploymentStatus" NOT NULL DEFAULT 'PENDING',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployments_pkey" PRIMARY KEY ("org_id","id")
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
CREATE TABLE "model_metrics" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "kind" VARCHAR(100),
    "dataset_type" "MetricDatasetType" NOT NULL,
    "value" DOUBLE PRECISION,
    "non_finite" "NonFinite",
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_metrics_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "model_versions" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "label" VARCHAR(100),
    "status" "ModelVersionStatus" NOT NULL DEFAULT 'ACTIVE',
    "training_strategy" "TrainingStrategy" NOT NULL,
    "external_service" "ExternalService",
    "base_model" VARCHAR(200),
    "input_schema" JSONB NOT NULL,
    "output_schema" JSONB NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "training_run_id" UUID,
    "dataset_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "models" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" TEXT,
    "framework" VARCHAR(50) NOT NULL,
    "owner_id" UUID NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "version_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "models_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "organizations" (
    "org_id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "slug" VARCHAR(63) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("org_id")
);

-- CreateTable
CREATE TABLE "predictions" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "deployment_id" UUID,
    "user_id" UUID NOT NULL,
    "input" JSONB NOT NULL,
    "output" JSONB,
    "status" "PredictionStatus" NOT NULL,
    "error_message" TEXT,
    "confidence" DOUBLE PRECISION,
    "latency_ms" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "predictions_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "users" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "username" VARCHAR(50),
    "password_hash" VARCHAR(255) NOT NULL,
    "full_name" VARCHAR(255),
    "role" "UserRole" NOT NULL,
    "is_platform_admin" BOOLEAN NOT NULL DEFAULT false,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "preferences" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_token_hash_key" ON "api_keys"("token_hash");

-- CreateIndex
CREATE INDEX "api_keys_org_id_user_id_created_at_id_idx" ON "api_keys"("org_id", "user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "api_keys_org_id_created_at_id_idx" ON "api_keys"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "api_keys_org_id_name_id_idx" ON "api_keys"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "api_keys_org_id_last_used_at_id_idx" ON "api_keys"("org_id", "last_used_at", "id");

-- CreateIndex
CREATE INDEX "deployments_org_id_created_at_id_idx" ON "deployments"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "deployments_org_id_updated_at_id_idx" ON "deployments"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "deployments_org_id_environment_status_created_at_id_idx" ON "deployments"("org_id", "environment", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "deployments_org_id_model_version_id_created_at_id_idx" ON "deployments"("org_id", "model_version_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "deployments_org_id_model_version_id_id_key" ON "deployments"("org_id", "model_version_id", "id");

-- CreateIndex
CREATE INDEX "model_metrics_org_id_created_at_id_idx" ON "model_metrics"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_metrics_org_id_value_id_idx" ON "model_metrics"("org_id", "value", "id");

-- CreateIndex
CREATE INDEX "model_metrics_org_id_name_value_id_idx" ON "model_metrics"("org_id", "name", "value", "id");

-- CreateIndex
CREATE UNIQUE INDEX "model_metrics_org_id_model_version_id_name_dataset_type_key" ON "model_metrics"("org_id", "model_version_id", "name", "dataset_type");

-- CreateIndex
CREATE INDEX "model_versions_org_id_created_at_id_idx" ON "model_versions"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_number_id_idx" ON "model_versions"("org_id", "number", "id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_status_created_at_id_idx" ON "model_versions"("org_id", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_model_id_created_at_id_idx" ON "model_versions"("org_id", "model_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_training_run_id_created_at_id_idx" ON "model_versions"("org_id", "training_run_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "model_versions_org_id_dataset_id_created_at_id_idx" ON "model_versions"("org_id", "dataset_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_org_id_model_id_number_key" ON "model_versions"("org_id", "model_id", "number");

-- CreateIndex
CREATE INDEX "models_org_id_created_at_id_idx" ON "models"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "models_org_id_updated_at_id_idx" ON "models"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "models_org_id_name_id_idx" ON "models"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "models_org_id_framework_created_at_id_idx" ON "models"("org_id", "framework", "created_at", "id");

-- CreateIndex
CREATE INDEX "models_org_id_owner_id_created_at_id_idx" ON "models"("org_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_slug_key" ON "organizations"("slug");

-- CreateIndex
CREATE INDEX "predictions_org_id_created_at_id_idx" ON "predictions"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_latency_ms_id_idx" ON "predictions"("org_id", "latency_ms", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_confidence_id_idx" ON "predictions"("org_id", "confidence", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_status_created_at_id_idx" ON "predictions"("org_id", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_model_version_id_created_at_id_idx" ON "predictions"("org_id", "model_version_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_deployment_id_created_at_id_idx" ON "predictions"("org_id", "deployment_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "predictions_org_id_user_id_created_at_id_idx" ON "predictions"("org_id", "user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "users_org_id_created_at_id_idx" ON "users"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "users_org_id_email_id_idx" ON "users"("org_id", "email", "id");

-- CreateIndex
CREATE INDEX "users_org_id_full_name_id_idx" ON "users"("org_id", "full_name", "id");

-- CreateIndex
CREATE INDEX "users_org_id_is_active_role_idx" ON "users"("org_id", "is_active", "role");

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_org_id_user_id_fkey" FOREIGN KEY ("org_id", "user_id") REFERENCES "users"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_org_id_model_version_id_fkey" FOREIGN KEY ("org_id", "model_version_id") REFERENCES "model_versions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_metrics" ADD CONSTRAINT "model_metrics_org_id_model_version_id_fkey" FOREIGN KEY ("org_id", "model_version_id") REFERENCES "model_versions"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_org_id_model_id_fkey" FOREIGN KEY ("org_id", "model_id") REFERENCES "models"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_org_id_model_version_id_fkey" FOREIGN KEY ("org_id", "model_version_id") REFERENCES "model_versions"("org_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_org_id_model_version_id_deployment_id_fkey" FOREIGN KEY ("org_id", "model_version_id", "deployment_id") REFERENCES "deployments"("org_id", "model_version_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("org_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand, the registry: what Prisma's schema cannot say.
CREATE UNIQUE INDEX "models_org_id_lower_name_key" ON "models"("org_id", lower("name"));
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_base_model_check" CHECK ("training_strategy" = 'CUSTOM' OR "base_model" IS NOT NULL);
ALTER TABLE "model_metrics" ADD CONSTRAINT "model_metrics_figure_check" CHECK (("value" IS NULL) <> ("non_finite" IS NULL) AND "value" NOT IN ('NaN', 'Infinity', '-Infinity'));
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_error_check" CHECK (("status" = 'FAILED') = ("error_message" IS NOT NULL));
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_confidence_check" CHECK ("confidence" BETWEEN 0 AND 1);
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_latency_check" CHECK ("latency_ms" >= 0);

-- By hand: the orders that go down and have rows without a value last. The indexes that go up cannot be read for them.
-- The condition is always true: with one, Prisma does not take the index for one that its schema lacks.
CREATE INDEX "predictions_org_id_latency_ms_desc_id_idx" ON "predictions"("org_id", "latency_ms" DESC NULLS LAST, "id" DESC) WHERE "org_id" IS NOT NULL;
CREATE INDEX "predictions_org_id_confidence_desc_id_idx" ON "predictions"("org_id", "confidence" DESC NULLS LAST, "id" DESC) WHERE "org_id" IS NOT NULL;
CREATE INDEX "model_metrics_org_id_value_desc_id_idx" ON "model_metrics"("org_id", "value" DESC NULLS LAST, "id" DESC) WHERE "org_id" IS NOT NULL;

-- By hand, identity: what Prisma's schema cannot say.
CREATE UNIQUE INDEX "users_org_id_lower_email_key" ON "users"("org_id", lower("email"));
CREATE UNIQUE INDEX "users_org_id_lower_username_key" ON "users"("org_id", lower("username"));
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_slug_check" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0 AND "scopes" <@ ARRAY['READ', 'WRITE']);
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_token_hash_check" CHECK (octet_length("token_hash") = 32);
