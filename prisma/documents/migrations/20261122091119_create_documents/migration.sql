-- CreateEnum
CREATE TYPE "AnswerRating" AS ENUM ('HELPFUL', 'NOT_HELPFUL');

-- CreateEnum
CREATE TYPE "ChunkContentType" AS ENUM ('TEXT', 'THEORY', 'TIP', 'DESCRIPTION', 'CODE');

-- CreateTable
CREATE TABLE "answer_feedback" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "answer_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "rating" "AnswerRating" NOT NULL,
    "comment" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "answer_feedback_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "answers" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "response_time_ms" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "answers_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "citations" (
    "org_id" UUID NOT NULL,
    "answer_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "chunk_id" UUID NOT NULL,
    "quote" TEXT,
    "score" DOUBLE PRECISION,

    CONSTRAINT "citations_pkey" PRIMARY KEY ("org_id","answer_id","position")
);

-- CreateTable
CREATE TABLE "collections" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "collections_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "document_chunks" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "chunk_index" INTEGER NOT NULL,
    "title" VARCHAR(500),
    "content_type" "ChunkContentType" NOT NULL,
    "use_case_id" UUID,
    "discovery_tool_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "document_chunks_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "document_chunk_contents" (
    "org_id" UUID NOT NULL,
    "chunk_id" UUID NOT NULL,
    "content" TEXT NOT NULL,
    "content_hash" BYTEA NOT NULL,

    CONSTRAINT "document_chunk_contents_pkey" PRIMARY KEY ("org_id","chunk_id")
);

-- CreateTable
CREATE TABLE "documents" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "source_url" VARCHAR(500) NOT NULL,
    "version" VARCHAR(50),
    "title" VARCHAR(500) NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "documents_pkey" PRIMARY KEY ("org_id","id")
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

-- CreateIndex
CREATE INDEX "answer_feedback_org_id_answer_id_created_at_id_idx" ON "answer_feedback"("org_id", "answer_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "answer_feedback_org_id_answer_id_author_id_key" ON "answer_feedback"("org_id", "answer_id", "author_id");

-- CreateIndex
CREATE INDEX "answers_org_id_session_id_created_at_id_idx" ON "answers"("org_id", "session_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "answers_org_id_user_id_created_at_id_idx" ON "answers"("org_id", "user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "answers_org_id_created_at_id_idx" ON "answers"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "citations_org_id_chunk_id_answer_id_idx" ON "citations"("org_id", "chunk_id", "answer_id");

-- CreateIndex
CREATE INDEX "collections_org_id_created_at_id_idx" ON "collections"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "collections_org_id_name_id_idx" ON "collections"("org_id", "name", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_document_id_created_at_id_idx" ON "document_chunks"("org_id", "document_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_collection_id_created_at_id_idx" ON "document_chunks"("org_id", "collection_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_created_at_id_idx" ON "document_chunks"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_content_type_use_case_id_created_at__idx" ON "document_chunks"("org_id", "content_type", "use_case_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_use_case_id_created_at_id_idx" ON "document_chunks"("org_id", "use_case_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "document_chunks_org_id_discovery_tool_id_created_at_id_idx" ON "document_chunks"("org_id", "discovery_tool_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "document_chunks_org_id_document_id_chunk_index_key" ON "document_chunks"("org_id", "document_id", "chunk_index");

-- CreateIndex
CREATE INDEX "documents_org_id_collection_id_updated_at_id_idx" ON "documents"("org_id", "collection_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_collection_id_created_at_id_idx" ON "documents"("org_id", "collection_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_collection_id_title_id_idx" ON "documents"("org_id", "collection_id", "title", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_updated_at_id_idx" ON "documents"("org_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_created_at_id_idx" ON "documents"("org_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_title_id_idx" ON "documents"("org_id", "title", "id");

-- CreateIndex
CREATE INDEX "documents_org_id_source_url_id_idx" ON "documents"("org_id", "source_url", "id");

-- CreateIndex
CREATE UNIQUE INDEX "documents_org_id_collection_id_id_key" ON "documents"("org_id", "collection_id", "id");

-- AddForeignKey
ALTER TABLE "answer_feedback" ADD CONSTRAINT "answer_feedback_org_id_answer_id_fkey" FOREIGN KEY ("org_id", "answer_id") REFERENCES "answers"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "citations" ADD CONSTRAINT "citations_org_id_answer_id_fkey" FOREIGN KEY ("org_id", "answer_id") REFERENCES "answers"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "citations" ADD CONSTRAINT "citations_org_id_chunk_id_fkey" FOREIGN KEY ("org_id", "chunk_id") REFERENCES "document_chunks"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document_chunks" ADD CONSTRAINT "document_chunks_org_id_collection_id_document_id_fkey" FOREIGN KEY ("org_id", "collection_id", "document_id") REFERENCES "documents"("org_id", "collection_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document_chunk_contents" ADD CONSTRAINT "document_chunk_contents_org_id_chunk_id_fkey" FOREIGN KEY ("org_id", "chunk_id") REFERENCES "document_chunks"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_org_id_collection_id_fkey" FOREIGN KEY ("org_id", "collection_id") REFERENCES "collections"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: what Prisma cannot say.

-- A collection's name is unique whatever its case.
CREATE UNIQUE INDEX "collections_org_id_lower_name_key" ON "collections"("org_id", lower("name"));

-- A collection has a source URL once per version, and no version counts as a version.
CREATE UNIQUE INDEX "documents_org_id_collection_id_source_url_version_key" ON "documents"("org_id", "collection_id", "source_url", (coalesce("version", '')));

ALTER TABLE "documents" ADD CONSTRAINT "documents_version_check" CHECK ("version" <> '');
ALTER TABLE "document_chunks" ADD CONSTRAINT "document_chunks_chunk_index_check" CHECK ("chunk_index" >= 0);
ALTER TABLE "document_chunk_contents" ADD CONSTRAINT "document_chunk_contents_content_hash_check" CHECK (octet_length("content_hash") = 32);
ALTER TABLE "answers" ADD CONSTRAINT "answers_response_time_ms_check" CHECK ("response_time_ms" >= 0);
ALTER TABLE "citations" ADD CONSTRAINT "citations_position_check" CHECK ("position" >= 1);
ALTER TABLE "citations" ADD CONSTRAINT "citations_score_check" CHECK ("score" > '-Infinity' AND "score" < 'Infinity');

-- Each answer beside each chunk that it cites, once however often it cites it.
CREATE VIEW "cited_answers" WITH (security_invoker = true) AS
SELECT answer."org_id", answer."id", answer."session_id", answer."question", answer."text", answer."user_id", answer."response_time_ms", answer."created_at", citation."chunk_id"
FROM (SELECT DISTINCT "org_id", "chunk_id", "answer_id" FROM "citations") AS citation
JOIN "answers" AS answer ON answer."org_id" = citation."org_id" AND answer."id" = citation."answer_id";
