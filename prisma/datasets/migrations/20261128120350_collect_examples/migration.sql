-- CreateEnum
CREATE TYPE "TrainingCorpusKind" AS ENUM ('CONVERSATION', 'SIMULATION', 'CODE', 'GENERAL');

-- CreateEnum
CREATE TYPE "TrainingExampleKind" AS ENUM ('CONVERSATION', 'SIMULATION', 'CODE');

-- CreateEnum
CREATE TYPE "PersonalData" AS ENUM ('UNREVIEWED', 'CLEARED', 'FOUND');

-- CreateTable
CREATE TABLE "training_corpora" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" "TrainingCorpusKind" NOT NULL,
    "data_source" VARCHAR(500),
    "use_case_ids" UUID[],
    "snapshot_file_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "training_corpora_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "training_examples" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "corpus_id" UUID NOT NULL,
    "kind" "TrainingExampleKind" NOT NULL,
    "use_case_id" UUID,
    "solution_id" VARCHAR(200),
    "scenario_id" VARCHAR(200),
    "language" VARCHAR(50),
    "code_type" VARCHAR(100),
    "content" JSONB NOT NULL,
    "quality_score" DOUBLE PRECISION,
    "personal_data" "PersonalData" NOT NULL DEFAULT 'UNREVIEWED',
    "reviewed_by_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "training_examples_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateIndex
CREATE INDEX "training_corpora_org_id_created_at_id_idx" ON "training_corpora"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_corpora_org_id_name_id_idx" ON "training_corpora"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "training_corpora_org_id_version_id_idx" ON "training_corpora"("org_id", "version", "id");

-- CreateIndex
CREATE UNIQUE INDEX "training_corpora_org_id_name_version_key" ON "training_corpora"("org_id", "name", "version");

-- CreateIndex
CREATE INDEX "training_examples_org_id_corpus_id_created_at_id_idx" ON "training_examples"("org_id", "corpus_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_examples_org_id_corpus_id_quality_score_id_idx" ON "training_examples"("org_id", "corpus_id", "quality_score", "id");

-- CreateIndex
CREATE INDEX "training_examples_org_id_kind_created_at_id_idx" ON "training_examples"("org_id", "kind", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_examples_org_id_use_case_id_created_at_id_idx" ON "training_examples"("org_id", "use_case_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_examples_org_id_language_created_at_id_idx" ON "training_examples"("org_id", "language", "created_at", "id");

-- CreateIndex
CREATE INDEX "training_examples_org_id_solution_id_scenario_id_id_idx" ON "training_examples"("org_id", "solution_id", "scenario_id", "id");

-- AddForeignKey
ALTER TABLE "training_examples" ADD CONSTRAINT "training_examples_org_id_corpus_id_fkey" FOREIGN KEY ("org_id", "corpus_id") REFERENCES "training_corpora"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the .prisma files cannot say.

CREATE INDEX "training_corpora_use_case_ids_idx" ON "training_corpora" USING GIN ("use_case_ids");

ALTER TABLE "training_corpora" ADD CONSTRAINT "training_corpora_version_check" CHECK ("version" >= 1);

ALTER TABLE "training_examples" ADD CONSTRAINT "training_examples_quality_score_check" CHECK ("quality_score" BETWEEN 0 AND 1);

ALTER TABLE "training_examples" ADD CONSTRAINT "training_examples_revision_check" CHECK ("revision" >= 1);

-- Somebody has looked for personal data, at some time, exactly where something is said of it.
ALTER TABLE "training_examples" ADD CONSTRAINT "training_examples_review_check" CHECK (("personal_data" = 'UNREVIEWED') = ("reviewed_by_id" IS NULL) AND ("reviewed_by_id" IS NULL) = ("reviewed_at" IS NULL));

-- What an example is filtered by belongs to its kind.
ALTER TABLE "training_examples" ADD CONSTRAINT "training_examples_kind_check" CHECK (
  ("kind" = 'SIMULATION') = ("solution_id" IS NOT NULL) AND ("kind" = 'SIMULATION') = ("scenario_id" IS NOT NULL)
  AND ("kind" = 'CODE') = ("language" IS NOT NULL) AND ("kind" = 'CODE') = ("code_type" IS NOT NULL)
  AND ("kind" = 'CONVERSATION' OR "use_case_id" IS NULL)
);
