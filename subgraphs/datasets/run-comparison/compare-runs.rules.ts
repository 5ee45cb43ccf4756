import { badInput } from '../../shared/errors/coded-error.js';
import { parseId } from '../../shared/input/id.js';
import type { ComparedParameterKind, IncomparableReason, MetricDirection, MetricDirectionInput } from '../generated/graphql.js';
import type { TrainingMetric } from '../generated/prisma/client.js';
import type { TrainingRunRow } from '../training-run/training-run.store.js';
import { canonicalJson, flatten } from './flatten.js';

/** A run with its metrics. */
export interface RunWithMetrics {
  run: TrainingRunRow;
  metrics: readonly TrainingMetric[];
}

/** The fields of `TrainingRunComparison`. Lists of values are in the order of the runs. */
export interface RunComparison {
  trainingRuns: TrainingRunRow[];
  incomparableReason: IncomparableReason | null;
  parameters: { kind: ComparedParameterKind; name: string; differs: boolean; values: { isSet: boolean; value: unknown }[] }[];
  metrics: {
    name: string;
    differs: boolean;
    values: (TrainingMetric | null)[];
    direction: MetricDirection | null;
    bestTrainingRun: TrainingRunRow | null;
  }[];
}

const MAX_RUNS = 20;

/** Normalizes the ids of the runs to compare. Throws BAD_USER_INPUT for too few, too many or repeated ids. */
export function parseRunIds(given: readonly string[]): string[] {
  const ids = given.map((id) => parseId(id, 'ids'));
  if (ids.length < 2 || ids.length > MAX_RUNS) throw badInput(`ids must have 2 to ${MAX_RUNS} items; got ${ids.length}.`);
  if (new Set(ids).size < ids.length) throw badInput('A run is given twice. Give each run once.');
  return ids;
}

/** Returns the directions by metric. Throws BAD_USER_INPUT if a metric is given twice. */
export function directionsOf(given: readonly MetricDirectionInput[]): Map<string, MetricDirection> {
  const directions = new Map(given.map(({ metric, direction }) => [metric, direction]));
  if (directions.size < given.length) throw badInput('A metric is given twice in directions. Give each metric once.');
  return directions;
}

/** Compares the parameters and metrics of runs. */
export function compareRuns(
  runs: readonly RunWithMetrics[],
  directions: ReadonlyMap<string, MetricDirection>,
  diffOnly: boolean,
): RunComparison {
  const incomparableReason = incomparableReasonOf(runs.map(({ run }) => run));
  const isShown = ({ differs }: { differs: boolean }) => differs || !diffOnly;
  return {
    trainingRuns: runs.map(({ run }) => run),
    incomparableReason,
    parameters: parametersOf(runs).filter(isShown),
    metrics: metricsOf(runs, directions, incomparableReason === null).filter(isShown),
  };
}

function incomparableReasonOf(runs: readonly TrainingRunRow[]): IncomparableReason | null {
  const differs = (field: 'problemType' | 'datasetId' | 'target') => runs.some((run) => run[field] !== runs[0]![field]);
  return differs('problemType') ? 'PROBLEM_TYPE' : differs('datasetId') ? 'DATASET' : differs('target') ? 'TARGET' : null;
}

function parametersOf(runs: readonly RunWithMetrics[]): RunComparison['parameters'] {
  const hyperparameters = runs.map(({ run }) => flatten(run.hyperparameters));
  const names = [...new Set(hyperparameters.flatMap((flat) => [...flat.keys()]))].sort();
  const row = (kind: ComparedParameterKind, name: string, values: RunComparison['parameters'][0]['values'], by = canonicalJson) => {
    const texts = values.map(({ isSet, value }) => (isSet ? by(value) : null));
    return { kind, name, differs: texts.some((text) => text !== texts[0]), values };
  };
  const ofRuns = (field: 'algorithm' | 'features') => runs.map(({ run }) => ({ isSet: true, value: run[field] }));
  return [
    row('ALGORITHM', 'algorithm', ofRuns('algorithm')),
    row('FEATURES', 'features', ofRuns('features'), (features) => canonicalJson([...(features as string[])].sort())),
    ...names.map((name) =>
      row(
        'HYPERPARAMETER',
        name,
        hyperparameters.map((flat) => ({ isSet: flat.has(name), value: flat.get(name) ?? null })),
      ),
    ),
  ];
}

function metricsOf(
  runs: readonly RunWithMetrics[],
  directions: ReadonlyMap<string, MetricDirection>,
  isComparable: boolean,
): RunComparison['metrics'] {
  const names = [...new Set(runs.flatMap(({ metrics }) => metrics.map(({ name }) => name)))].sort();
  return names.map((name) => {
    const values = runs.map(({ metrics }) => metrics.find((metric) => metric.name === name) ?? null);
    const figures = values.map((metric) => metric && (metric.nonFinite ?? metric.value));
    const direction = directions.get(name) ?? null;
    return {
      name,
      differs: figures.some((figure) => figure !== figures[0]),
      values,
      direction,
      bestTrainingRun: direction && isComparable ? bestRunOf(runs, values, direction) : null,
    };
  });
}

/** Returns the SUCCEEDED run with the best finite value, the newest of equal ones, or null. Like the statement of `bestTrainingRun`. */
function bestRunOf(
  runs: readonly RunWithMetrics[],
  values: readonly (TrainingMetric | null)[],
  direction: MetricDirection,
): TrainingRunRow | null {
  const sign = direction === 'HIGHEST' ? -1 : 1;
  const candidates = runs.flatMap(({ run }, index) => {
    const value = values[index]?.value ?? null;
    return value !== null && run.status === 'SUCCEEDED' ? [{ run, value }] : [];
  });
  const newest = (a: TrainingRunRow, b: TrainingRunRow) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
  return candidates.sort((a, b) => (a.value === b.value ? newest(a.run, b.run) : sign * (a.value - b.value)))[0]?.run ?? null;
}
