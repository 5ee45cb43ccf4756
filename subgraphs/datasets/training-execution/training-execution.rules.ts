import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import type { ColumnType, TrainingRunStartInput } from '../generated/graphql.js';
import type { Estimator } from '../learning/fit.js';
import { isAlgorithm, TARGET_KINDS, hyperparameterProblems, withDefaults, type Algorithm } from '../learning/hyperparameters.js';
import { OUTPUT_NAMES } from '../learning/onnx/output-names.js';
import type { TaskColumn } from './train-task.js';

export const MIN_ROWS = 20;
export const MAX_CLASSES = 100;
/** Each is an input of the model and a column in memory. */
const MAX_FEATURES = 500;

/** What is known of a column before it is read. */
export interface KnownColumn {
  name: string;
  dtype: ColumnType;
  nullCount: number;
  distinctCount: number;
}

const invalid = (field: string[], message: string): UserError => ({ code: 'INVALID', field: ['input', ...field], message });

/** What is wrong with what only one kind of run has, before the dataset is known. */
export function kindProblems(input: TrainingRunStartInput): UserError[] {
  if (!input.execute) return input.modelId == null ? [] : [invalid(['modelId'], 'Only a run that the platform executes makes a version.')];
  const problems = idProblems(['input', 'modelId'], input.modelId);
  if (input.startedAt != null) problems.push(invalid(['startedAt'], 'The platform notes itself when it starts.'));
  if (!isAlgorithm(input.algorithm)) {
    return [...problems, invalid(['algorithm'], `The platform trains with ${Object.keys(TARGET_KINDS).join(', ')}.`)];
  }
  const kind = kindOf(input);
  if (!TARGET_KINDS[input.algorithm].includes(kind)) {
    problems.push(invalid(['problemType'], `${input.algorithm} predicts ${kind === 'number' ? 'classes' : 'numbers'}.`));
  }
  // What is no object at all was told already.
  if (objectProblems([], input.hyperparameters).length > 0) return problems;
  return [
    ...problems,
    ...hyperparameterProblems(input.algorithm, (input.hyperparameters ?? {}) as Record<string, unknown>, ['input', 'hyperparameters']),
  ];
}

/** What makes a dataset's columns impossible to learn from, as far as its profile tells. The target and features are among them. */
export function learningProblems(input: TrainingRunStartInput, columns: readonly KnownColumn[], rowCount: number): UserError[] {
  const named = new Map(columns.map((column) => [column.name, column]));
  const problems = input.features.flatMap((name, index) => featureProblems(named.get(name)!, ['features', String(index)]));
  if (input.features.length > MAX_FEATURES) problems.push(invalid(['features'], `At most ${MAX_FEATURES} features.`));
  if (input.features.every((name) => named.get(name)!.nullCount === rowCount))
    problems.push(invalid(['features'], 'No feature has a value.'));
  return [...problems, ...targetProblems(named.get(input.target)!, kindOf(input), rowCount)];
}

function featureProblems({ name, dtype }: KnownColumn, field: string[]): UserError[] {
  if (dtype === 'DATETIME') return [invalid(field, 'The platform does not learn from dates.')];
  if (OUTPUT_NAMES.includes(name)) return [invalid(field, `An output of the model is called "${name}".`)];
  return [];
}

function targetProblems({ dtype, nullCount, distinctCount }: KnownColumn, kind: 'number' | 'class', rowCount: number): UserError[] {
  const invalidTarget = (message: string) => [invalid(['target'], message)];
  if (kind === 'number' && dtype !== 'INTEGER' && dtype !== 'FLOAT') return invalidTarget('A regression predicts a column of numbers.');
  if (kind === 'class' && (dtype === 'FLOAT' || dtype === 'DATETIME'))
    return invalidTarget('Classes are texts, truth values or whole numbers.');
  const rows = rowCount - nullCount;
  if (rows < MIN_ROWS) return invalidTarget(`Only ${rows} rows have a target; ${MIN_ROWS} are the least.`);
  if (distinctCount < 2) return invalidTarget('The target has the same value in every row.');
  if (kind === 'class' && distinctCount > MAX_CLASSES) return invalidTarget(`The target has more than ${MAX_CLASSES} classes.`);
  return [];
}

const kindOf = ({ problemType }: Pick<TrainingRunStartInput, 'problemType'>) => (problemType === 'REGRESSION' ? 'number' : 'class');

/** An algorithm with all its settings. */
export const estimatorOf = (algorithm: string, chosen: Readonly<Record<string, unknown>>): Estimator =>
  ({ algorithm, hyperparameters: withDefaults(algorithm as Algorithm, chosen) }) as Estimator;

/** The columns of a run in the copy of its table. */
export function taskColumns(
  { features, target, problemType }: { features: readonly string[]; target: string; problemType: TrainingRunStartInput['problemType'] },
  columns: readonly { name: string; dtype: ColumnType }[],
): { features: TaskColumn[]; target: TaskColumn } {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const column = (name: string) => ({ name, index: places.get(name)! });
  return {
    features: features.map((name) => ({ ...column(name), kind: columns[places.get(name)!]!.dtype === 'STRING' ? 'text' : 'number' })),
    target: { ...column(target), kind: problemType === 'REGRESSION' ? 'number' : 'text' },
  };
}
