// Trains boosted trees of 100,000 rows and 20 columns, with the initial settings, on one core: the processor's time, which other work
// on the machine does not lengthen as it does the time on the wall.
import { settingsOf } from '../../subgraphs/datasets/learning/hyperparameters.js';
import { fit } from '../../subgraphs/datasets/learning/fit.js';
import { metricsOf } from '../../subgraphs/datasets/learning/judge.js';
import { randomOf } from '../../subgraphs/datasets/learning/random.js';
import type { Table, Target } from '../../subgraphs/datasets/learning/table.js';

const ROWS = 100_000;
const COLUMNS = 20;
const LIMIT_SECONDS = 15;

const random = randomOf(1);
const features = Array.from({ length: COLUMNS }, (_, index) => ({
  kind: 'number' as const,
  name: `x${index}`,
  values: Float32Array.from({ length: ROWS }, () => random() * 2 - 1),
}));
const signal = Float64Array.from({ length: ROWS }, (_, row) =>
  features.reduce((sum, { values }, index) => sum + Math.sin(3 * values[row]!) * (index % 3), random()),
);
const classes = (names: readonly string[], codeOf: (value: number) => number): Target => ({
  kind: 'class',
  classes: names,
  codes: Int32Array.from(signal, codeOf),
});
const TARGETS: Record<string, Target> = {
  'a number': { kind: 'number', values: signal },
  'two classes': classes(['low', 'high'], (value) => Number(value > 0.5)),
  'three classes': classes(['low', 'middle', 'high'], (value) => Number(value > 0) + Number(value > 2)),
};

for (const [name, target] of Object.entries(TARGETS)) {
  const table: Table = { rowCount: ROWS, features, target };
  const before = process.cpuUsage();
  const model = fit({ algorithm: 'GRADIENT_BOOSTED_TREES', settings: settingsOf('GRADIENT_BOOSTED_TREES', {}) }, table);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const { accuracy, r2 } = metricsOf(model, table);
  const quality = accuracy === undefined ? `r2 ${r2!.toFixed(3)}` : `accuracy ${accuracy.toFixed(3)}`;
  process.stdout.write(
    `training ${ROWS} x ${COLUMNS}, boosted trees of ${name}: ${seconds.toFixed(1)} s of one core (limit ${LIMIT_SECONDS} s), ${quality}\n`,
  );
}
