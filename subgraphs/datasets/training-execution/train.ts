import { writeFile } from 'node:fs/promises';
import type { ReportProgress } from '../../shared/jobs/child/run-child-task.js';
import { aggregateFolds, fitAndEvaluate, type Evaluation, type EvaluationProgress } from '../learning/evaluate.js';
import { exportModel } from '../learning/onnx/export-model.js';
import { inputSchemaOf, outputSchemaOf } from '../learning/onnx/json-schemas.js';
import { readTrainingTable } from './read-training-table.js';
import { MODEL_FILE, type TrainResult, type TrainTask } from './train-task.js';

/** The approximate progress after the table has been read. */
const READ_PROGRESS = 0.05;
/** The smallest progress that is reported to the parent process. */
const MIN_PROGRESS_STEP = 0.01;

/**
 * Trains and evaluates a model on the table in the file COPY_FILE of the working directory, and writes the model as ONNX to the
 * file MODEL_FILE. Throws JobError if the table cannot be trained on.
 */
export async function train(task: TrainTask, report: ReportProgress): Promise<TrainResult> {
  const table = await readTrainingTable(task);
  report(READ_PROGRESS);
  const points: TrainResult['points'] = [];
  let reported = 0;
  const onProgress = (progress: EvaluationProgress) => {
    const { fit, fits, iteration, iterations } = progress;
    const fraction = (fit - 1 + iteration / iterations) / fits;
    if (fraction >= reported + MIN_PROGRESS_STEP) {
      reported = fraction;
      report(READ_PROGRESS + (1 - READ_PROGRESS) * fraction);
    }
    // The last fit is that of the final model. The losses of the cross-validation are not saved.
    if (fit === fits) points.push(...lossesOf(progress));
  };
  const evaluation = fitAndEvaluate(task.estimator, table, onProgress);
  await writeFile(MODEL_FILE, exportModel(evaluation.model, table.target));
  return {
    metrics: finalMetrics(evaluation),
    points: [...points, ...foldMetrics(evaluation)],
    inputSchema: inputSchemaOf(task.features),
    outputSchema: outputSchemaOf(table.target.kind === 'class' ? table.target.classes : null),
  };
}

/** Returns the losses of the final model after an iteration. */
const lossesOf = ({ iteration, trainLoss, validationLoss }: EvaluationProgress): TrainResult['points'] => [
  { name: 'train_loss', step: iteration, value: trainLoss },
  ...(validationLoss === null ? [] : [{ name: 'validation_loss', step: iteration, value: validationLoss }]),
];

/** Returns the metrics on the holdout rows and those over the folds: `accuracy`, `cv_accuracy_mean`, `cv_accuracy_std`. */
function finalMetrics({ holdout, folds }: Evaluation): TrainResult['metrics'] {
  const onHoldout = Object.entries(holdout).map(([name, value]) => ({ name, value }));
  const overFolds = Object.entries(aggregateFolds(folds)).flatMap(([name, { mean, standardDeviation }]) => [
    { name: `cv_${name}_mean`, value: mean },
    { name: `cv_${name}_std`, value: standardDeviation },
  ]);
  return [...onHoldout, ...overFolds];
}

/** Returns the metrics of each fold: `cv_accuracy` at step 1 is the accuracy of the first fold. */
function foldMetrics({ folds }: Evaluation): TrainResult['points'] {
  return folds.flatMap((fold, index) => Object.entries(fold).map(([name, value]) => ({ name: `cv_${name}`, step: index + 1, value })));
}
