-- AlterTable
ALTER TABLE "training_metrics" ADD COLUMN     "logged_at" TIMESTAMPTZ(3),
ADD COLUMN     "step" BIGINT;

-- CreateTable
CREATE TABLE "training_metric_points" (
    "org_id" UUID NOT NULL,
    "training_run_id" UUID NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "step" BIGINT NOT NULL,
    "value" DOUBLE PRECISION,
    "non_finite" "NonFinite",
    "logged_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "training_metric_points_pkey" PRIMARY KEY ("org_id","training_run_id","name","step")
);

-- AddForeignKey
ALTER TABLE "training_metric_points" ADD CONSTRAINT "training_metric_points_org_id_training_run_id_fkey" FOREIGN KEY ("org_id", "training_run_id") REFERENCES "training_runs"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the .prisma files cannot say.

ALTER TABLE "training_metrics" ADD CONSTRAINT "training_metrics_logged_check" CHECK (("step" IS NULL) = ("logged_at" IS NULL));

-- A figure is a finite value or says which non-finite one it is.
ALTER TABLE "training_metric_points" ADD CONSTRAINT "training_metric_points_figure_check" CHECK (("value" IS NULL) <> ("non_finite" IS NULL) AND "value" NOT IN ('NaN', 'Infinity', '-Infinity'));

-- Which kinds of figures that are not finite a history has, without reading all of it.
CREATE INDEX "training_metric_points_non_finite_idx" ON "training_metric_points"("org_id", "training_run_id", "name", "step", "non_finite") WHERE "non_finite" IS NOT NULL;
