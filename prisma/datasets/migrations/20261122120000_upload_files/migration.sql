-- AlterTable
ALTER TABLE "stored_contents" ADD COLUMN     "blob_id" UUID,
ALTER COLUMN "bytes" DROP NOT NULL;

-- CreateTable
CREATE TABLE "file_uploads" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "filename" VARCHAR(500) NOT NULL,
    "content_type" VARCHAR(100) NOT NULL,
    "byte_size" BIGINT NOT NULL,
    "sha256" BYTEA NOT NULL,
    "stored_sha256" BYTEA,
    "receiving_until" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "file_uploads_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateIndex
CREATE INDEX "file_uploads_org_id_stored_sha256_idx" ON "file_uploads"("org_id", "stored_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "stored_contents_blob_id_key" ON "stored_contents"("blob_id");

-- AddForeignKey
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_org_id_stored_sha256_fkey" FOREIGN KEY ("org_id", "stored_sha256") REFERENCES "stored_contents"("org_id", "sha256") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What the .prisma files cannot say.

ALTER TABLE "stored_contents" ADD CONSTRAINT "stored_contents_one_place_check" CHECK (num_nonnulls("bytes", "blob_id") = 1);

-- What uploads store is the content that they announced.
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_stored_sha256_check" CHECK ("stored_sha256" = "sha256");
