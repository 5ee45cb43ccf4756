import { z } from 'zod';
import type { Estimator } from '../learning/fit.js';

/** A column of a table's copy, by its place there. */
export interface TaskColumn {
  name: string;
  index: number;
  kind: 'number' | 'text';
}

/** What a child trains on: a table's copy called COPY in its folder. */
export interface TrainTask {
  /** What DuckDB may take for reading. */
  memoryBytes: number;
  features: readonly TaskColumn[];
  /** A number's values are predicted, a text's are classes. */
  target: TaskColumn;
  estimator: Estimator;
}

export const COPY = 'table.parquet';
/** What it makes beside it. */
export const MODEL = 'model.onnx';

/** Figures of experiments may be NaN or infinite. */
const figure = z.custom<number>((value) => typeof value === 'number');
const name = z.string().max(100);
const schema = z.record(z.string(), z.unknown());

/** What a child says of the model that it has written. */
export const trainResult = z.object({
  /** Final figures of the run. */
  metrics: z.array(z.object({ name, value: figure })).max(100),
  /** Figures by step: the loss by iteration, and what each fold came to. */
  points: z.array(z.object({ name, step: z.number().int().min(0), value: figure })).max(50_000),
  inputSchema: schema,
  outputSchema: schema,
});

export type TrainResult = z.infer<typeof trainResult>;
