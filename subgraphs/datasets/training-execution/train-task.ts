import { z } from 'zod';
import type { Estimator } from '../learning/fit.js';

/** A column of the copy of a table, by its index in the copy. */
export interface TaskColumn {
  name: string;
  index: number;
  kind: 'number' | 'text';
}

/** The task of a child process that trains a model. Its folder contains a copy of the dataset's table (`COPY_FILE`). */
export interface TrainTask {
  /** The memory limit of DuckDB in bytes. */
  memoryBytes: number;
  features: readonly TaskColumn[];
  /** The column to predict: regression of a number, classification of a text. */
  target: TaskColumn;
  estimator: Estimator;
}

export const COPY_FILE = 'table.parquet';
/** The file in the same folder to which the child writes the model. */
export const MODEL_FILE = 'model.onnx';

/** The value of a metric, which may be NaN or infinite. */
const metricValue = z.custom<number>((value) => typeof value === 'number');
const name = z.string().max(100);
const schema = z.record(z.string(), z.unknown());

/** The result of a child process that has written a model. */
export const trainResult = z.object({
  /** The final metrics of the run. */
  metrics: z.array(z.object({ name, value: metricValue })).max(100),
  /** The metrics by step: the losses by iteration, and the metrics of each fold. */
  points: z.array(z.object({ name, step: z.number().int().min(0), value: metricValue })).max(50_000),
  inputSchema: schema,
  outputSchema: schema,
});

export type TrainResult = z.infer<typeof trainResult>;
