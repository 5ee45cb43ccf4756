import { writeFile } from 'node:fs/promises';
import type { ReportProgress } from '../../shared/jobs/child/run-child-task.js';
import { aggregateFolds, fitAndEvaluate, type Evaluation, type EvaluationProgress } from '../learning/evaluate.js';
import { exportModel } from '../learning/onnx/export-model.js';
import { inputSchemaOf, outputSchemaOf } from '../learning/onnx/json-schemas.js';
import { readTrainingTable } from './read-training-table.js';
import { MODEL, type TrainResult, type TrainTask } from './train-task.js';

/** The share of reading in all the work, about. */
const READ = 0.05;

/**
 * Trains on the copy of a table in the working folder, judges what was learned, and writes it beside the copy as ONNX. Throws
 * WorkFault where there is nothing to learn.
 */
export async function train(task: TrainTask, report: ReportProgress): Promise<TrainResult> {
  const table = await readTrainingTable(task);
  report(READ);
  const points: TrainResult['points'] = [];
  let told = 0;
  const onProgress = (progress: EvaluationProgress) => {
    const { fit, fits, iteration, iterations } = progress;
    const share = (fit - 1 + iteration / iterations) / fits;
    if (share >= told + 0.01) report(READ + (1 - READ) * (told = share));
    if (fit === fits) points.push(...lossesOf(progress));
  };
  const judged = fitAndEvaluate(task.estimator, table, onProgress);
  await writeFile(MODEL, exportModel(judged.model, table.target));
  return {
    metrics: finalFigures(judged),
    points: [...points, ...figuresOfFolds(judged)],
    inputSchema: inputSchemaOf(task.features),
    outputSchema: outputSchemaOf(table.target.kind === 'class' ? table.target.classes : null),
  };
}

/** The losses of the model itself, by iteration. */
const lossesOf = ({ iteration, trainLoss, validationLoss }: EvaluationProgress): TrainResult['points'] => [
  { name: 'train_loss', step: iteration, value: trainLoss },
  ...(validationLoss === null ? [] : [{ name: 'validation_loss', step: iteration, value: validationLoss }]),
];

/** The model's figures on the rows held out, and what the folds came to: `accuracy`, `cv_accuracy_mean`, `cv_accuracy_std`. */
function finalFigures({ holdout, folds }: Evaluation): TrainResult['metrics'] {
  const own = Object.entries(holdout).map(([name, value]) => ({ name, value }));
  const across = Object.entries(aggregateFolds(folds)).flatMap(([name, { mean, standardDeviation }]) => [
    { name: `cv_${name}_mean`, value: mean },
    { name: `cv_${name}_std`, value: standardDeviation },
  ]);
  return [...own, ...across];
}

/** `cv_accuracy` of fold 1, 2 and so on. */
function figuresOfFolds({ folds }: Evaluation): TrainResult['points'] {
  return folds.flatMap((fold, index) => Object.entries(fold).map(([name, value]) => ({ name: `cv_${name}`, step: index + 1, value })));
}
