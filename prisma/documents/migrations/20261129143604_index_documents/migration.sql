-- By hand: the type of embeddings.
CREATE EXTENSION IF NOT EXISTS vector;

-- CreateEnum
CREATE TYPE "DocumentStatus" AS ENUM ('PENDING', 'INDEXING', 'READY', 'FAILED');

-- AlterTable
ALTER TABLE "collections" ADD COLUMN     "counted_chunks" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "document_chunk_contents" ADD COLUMN     "heading" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "documents" ADD COLUMN     "asked_by" JSONB,
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "failure_code" VARCHAR(50),
ADD COLUMN     "failure_message" VARCHAR(1000),
ADD COLUMN     "lease_token" UUID,
ADD COLUMN     "leased_until" TIMESTAMPTZ(3),
ADD COLUMN     "progress" REAL NOT NULL DEFAULT 0,
ADD COLUMN     "status" "DocumentStatus" NOT NULL DEFAULT 'PENDING';

-- CreateTable
CREATE TABLE "chunk_embeddings" (
    "org_id" UUID NOT NULL,
    "chunk_id" UUID NOT NULL,
    "model" VARCHAR(100) NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "embedding" halfvec NOT NULL,

    CONSTRAINT "chunk_embeddings_pkey" PRIMARY KEY ("org_id","chunk_id","model")
);

-- CreateTable
CREATE TABLE "lexeme_counts" (
    "org_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "lexeme" TEXT NOT NULL,
    "chunk_count" INTEGER NOT NULL,

    CONSTRAINT "lexeme_counts_pkey" PRIMARY KEY ("org_id","collection_id","lexeme")
);

-- AddForeignKey
ALTER TABLE "chunk_embeddings" ADD CONSTRAINT "chunk_embeddings_org_id_chunk_id_fkey" FOREIGN KEY ("org_id", "chunk_id") REFERENCES "document_chunk_contents"("org_id", "chunk_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lexeme_counts" ADD CONSTRAINT "lexeme_counts_org_id_collection_id_fkey" FOREIGN KEY ("org_id", "collection_id") REFERENCES "collections"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: what Prisma cannot say.

-- The words of heading and content. Points, slashes and hyphens divide words, so that `reply.send` is found by `send`.
ALTER TABLE "document_chunk_contents" ADD COLUMN "lexemes" tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('english', translate("heading", './-', '   ')), 'A')
  || setweight(to_tsvector('english', translate(left("content", 100000), './-', '   ')), 'D')) STORED;
CREATE INDEX "document_chunk_contents_lexemes_idx" ON "document_chunk_contents" USING gin ("lexemes");

-- Embeddings have length 1, so that the inner product is the cosine similarity.
CREATE INDEX "chunk_embeddings_384_idx" ON "chunk_embeddings" USING hnsw (("embedding"::halfvec(384)) halfvec_ip_ops) WHERE "dimensions" = 384;
CREATE INDEX "chunk_embeddings_768_idx" ON "chunk_embeddings" USING hnsw (("embedding"::halfvec(768)) halfvec_ip_ops) WHERE "dimensions" = 768;
CREATE INDEX "chunk_embeddings_1024_idx" ON "chunk_embeddings" USING hnsw (("embedding"::halfvec(1024)) halfvec_ip_ops) WHERE "dimensions" = 1024;
CREATE INDEX "chunk_embeddings_1536_idx" ON "chunk_embeddings" USING hnsw (("embedding"::halfvec(1536)) halfvec_ip_ops) WHERE "dimensions" = 1536;
ALTER TABLE "chunk_embeddings" ADD CONSTRAINT "chunk_embeddings_dimensions_check" CHECK ("dimensions" = vector_dims("embedding"));

UPDATE "document_chunk_contents" AS content SET "heading" = chunk."title" FROM "document_chunks" AS chunk
  WHERE chunk."org_id" = content."org_id" AND chunk."id" = content."chunk_id" AND chunk."title" IS NOT NULL;

-- Documents that are here already wait for their embeddings, which no user requested.
UPDATE "documents" SET "asked_by" = jsonb_build_object(
  'organizationId', "org_id", 'userId', '00000000-0000-0000-0000-000000000000', 'roles', '[]'::jsonb, 'scopes', '[]'::jsonb);

ALTER TABLE "documents" ADD CONSTRAINT "documents_progress_check" CHECK ("progress" BETWEEN 0 AND 1);
ALTER TABLE "documents" ADD CONSTRAINT "documents_pending_check" CHECK ("status" <> 'PENDING' OR "asked_by" IS NOT NULL);
ALTER TABLE "documents" ADD CONSTRAINT "documents_failure_check" CHECK (
  ("status" = 'FAILED') = (num_nonnulls("failure_code", "failure_message") = 2));
ALTER TABLE "documents" ADD CONSTRAINT "documents_lease_check" CHECK (
  ("status" = 'INDEXING') = (num_nonnulls("lease_token", "leased_until") = 2));

-- Documents that wait for work, of every organization: few at any time.
CREATE INDEX "documents_waiting_idx" ON "documents" ("created_at") WHERE "status" IN ('PENDING', 'INDEXING');
