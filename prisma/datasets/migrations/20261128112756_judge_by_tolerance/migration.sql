-- AlterTable
ALTER TABLE "prediction_feedback" ADD COLUMN     "absolute_error" DOUBLE PRECISION,
ADD COLUMN     "confidence" DOUBLE PRECISION,
ADD COLUMN     "tolerance" DOUBLE PRECISION;

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_confidence_id_idx" ON "prediction_feedback"("org_id", "confidence", "id");

-- CreateIndex
CREATE INDEX "prediction_feedback_org_id_model_version_id_confidence_id_idx" ON "prediction_feedback"("org_id", "model_version_id", "confidence", "id");

-- What the .prisma files cannot say.

-- NULLS LAST is by hand: without it the judgements without an error would come before the largest.
CREATE INDEX "prediction_feedback_org_id_absolute_error_largest_idx" ON "prediction_feedback"("org_id", "absolute_error" DESC NULLS LAST, "id" DESC);

-- A judgement by tolerance is right within it and wrong beyond it, and says how far the numbers are apart.
ALTER TABLE "prediction_feedback"
  ADD CONSTRAINT "prediction_feedback_tolerance_check" CHECK ("tolerance" >= 0 AND "tolerance" < 'Infinity'),
  ADD CONSTRAINT "prediction_feedback_absolute_error_check" CHECK (("tolerance" IS NULL) = ("absolute_error" IS NULL) AND "absolute_error" >= 0 AND "absolute_error" < 'Infinity'),
  ADD CONSTRAINT "prediction_feedback_is_correct_check" CHECK ("tolerance" IS NULL OR "is_correct" = ("absolute_error" <= "tolerance")),
  ADD CONSTRAINT "prediction_feedback_confidence_check" CHECK ("confidence" BETWEEN 0 AND 1);
