-- AlterEnum
ALTER TYPE "DatasetSource" ADD VALUE 'PREDICTIONS';

-- AlterTable
ALTER TABLE "datasets" ADD COLUMN     "source_model_version_id" UUID;

-- What the .prisma files cannot say. As text, since a value is not used in the transaction that adds it.

ALTER TABLE "datasets" ADD CONSTRAINT "datasets_source_model_version_check" CHECK (("source"::text = 'PREDICTIONS') = ("source_model_version_id" IS NOT NULL));
