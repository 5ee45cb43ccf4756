// Measures the CPU time of training boosted trees on 100,000 rows and twenty columns with default hyperparameters in one thread. Other
// work on the machine affects it less than the elapsed time.
import { fit } from '../../dist/subgraphs/datasets/learning/fit.js';
import { withDefaults } from '../../dist/subgraphs/datasets/learning/hyperparameters.js';
import { evaluate } from '../../dist/subgraphs/datasets/learning/evaluate.js';
import { seededRandom } from '../../dist/subgraphs/datasets/learning/random.js';

const ROWS = 100_000;
const COLUMNS = 20;
const LIMIT_SECONDS = 15;

export async function figures() {
  const random = seededRandom(1);
  const features = Array.from({ length: COLUMNS }, (_, index) => ({
    kind: 'number',
    name: `x${index}`,
    values: Float32Array.from({ length: ROWS }, () => random() * 2 - 1),
  }));
  const signal = Float64Array.from({ length: ROWS }, (_, row) =>
    features.reduce((sum, { values }, index) => sum + Math.sin(3 * values[row]) * (index % 3), random()),
  );
  return [
    figure('numbers', features, { kind: 'number', values: signal }),
    figure('two classes', features, {
      kind: 'class',
      classes: ['low', 'high'],
      codes: Int32Array.from(signal, (value) => Number(value > 0.5)),
    }),
  ];
}

function figure(of, features, target) {
  const table = { rowCount: ROWS, features, target };
  const before = process.cpuUsage();
  const model = fit({ algorithm: 'GRADIENT_BOOSTED_TREES', hyperparameters: withDefaults('GRADIENT_BOOSTED_TREES', {}) }, table);
  const { user, system } = process.cpuUsage(before);
  const { accuracy, r2 } = evaluate(model, table);
  const quality = accuracy === undefined ? `r2 ${r2.toFixed(3)}` : `accuracy ${accuracy.toFixed(3)}`;
  process.stdout.write(`     of ${of}: ${quality} on the rows that it was trained on\n`);
  return { name: `boosted trees of ${of}, 100k x 20, on one core`, value: (user + system) / 1e6, limit: LIMIT_SECONDS, unit: 's' };
}
