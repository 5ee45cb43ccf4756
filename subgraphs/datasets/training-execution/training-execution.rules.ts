import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import type { ColumnType, TrainingRunStartInput } from '../generated/graphql.js';
import type { Estimator } from '../learning/fit.js';
import { hyperparameterProblems, isAlgorithm, TARGET_KINDS, withDefaults, type Algorithm } from '../learning/hyperparameters.js';
import { OUTPUT_NAMES } from '../learning/onnx/output-names.js';
import type { TaskColumn } from './train-task.js';

/** The smallest number of rows with a target. */
export const MIN_ROWS = 20;
/** The largest number of classes. */
export const MAX_CLASSES = 100;
/** The largest number of features: each is an input of the model and a column in memory. */
const MAX_FEATURES = 500;

/** A column as its profile describes it. */
export interface ProfiledColumn {
  name: string;
  dtype: ColumnType;
  nullCount: number;
  distinctCount: number;
}

const invalid = (field: string[], message: string): UserError => ({ code: 'INVALID', field: ['input', ...field], message });

/** Returns the problems of the fields that differ between executed and reported runs, apart from those that need the dataset. */
export function executionProblems(input: TrainingRunStartInput): UserError[] {
  if (!input.execute)
    return input.modelId == null
      ? []
      : [invalid(['modelId'], 'modelId requires `execute: true`: only a run that the platform executes registers a model version.')];
  const problems = idProblems(['input', 'modelId'], input.modelId);
  if (input.startedAt != null)
    problems.push(invalid(['startedAt'], 'startedAt must be left out with `execute: true`: the platform sets it.'));
  if (!isAlgorithm(input.algorithm)) {
    return [
      ...problems,
      invalid(
        ['algorithm'],
        `algorithm must be one of ${Object.keys(TARGET_KINDS).join(', ')} with \`execute: true\`; got ${quote(input.algorithm)}.`,
      ),
    ];
  }
  const kind = kindOf(input);
  if (!TARGET_KINDS[input.algorithm].includes(kind)) {
    problems.push(invalid(['problemType'], `${input.algorithm} does not support ${input.problemType}. Choose another algorithm.`));
  }
  // The general rules of runs report a value that is not an object.
  if (objectProblems([], input.hyperparameters).length > 0) return problems;
  return [
    ...problems,
    ...hyperparameterProblems(input.algorithm, (input.hyperparameters ?? {}) as Record<string, unknown>, ['input', 'hyperparameters']),
  ];
}

/** Returns the reasons, known from the profile, for which a model cannot be trained on the columns. The columns exist. */
export function trainingProblems(input: TrainingRunStartInput, columns: readonly ProfiledColumn[], rowCount: number): UserError[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const problems = input.features.flatMap((name, index) => featureProblems(byName.get(name)!, ['features', String(index)]));
  if (input.features.length > MAX_FEATURES)
    problems.push(invalid(['features'], `features must have at most ${MAX_FEATURES} columns; got ${input.features.length}.`));
  if (input.features.every((name) => byName.get(name)!.nullCount === rowCount))
    problems.push(invalid(['features'], 'At least one feature must have a value. All cells of these columns are missing.'));
  return [...problems, ...targetProblems(byName.get(input.target)!, kindOf(input), rowCount)];
}

function featureProblems({ name, dtype }: ProfiledColumn, field: string[]): UserError[] {
  if (dtype === 'DATETIME')
    return [invalid(field, `The column ${quote(name)} has the type DATETIME, which the platform cannot train on. Leave it out.`)];
  if (OUTPUT_NAMES.includes(name))
    return [invalid(field, `The name ${quote(name)} is reserved for an output of the model. Rename the column.`)];
  return [];
}

function targetProblems({ dtype, nullCount, distinctCount }: ProfiledColumn, kind: 'number' | 'class', rowCount: number): UserError[] {
  const invalidTarget = (message: string) => [invalid(['target'], message)];
  if (kind === 'number' && dtype !== 'INTEGER' && dtype !== 'FLOAT')
    return invalidTarget(`The target of a REGRESSION must have the type INTEGER or FLOAT; got ${dtype}.`);
  if (kind === 'class' && (dtype === 'FLOAT' || dtype === 'DATETIME'))
    return invalidTarget(`The target of a CLASSIFICATION must have the type STRING, BOOLEAN or INTEGER; got ${dtype}.`);
  const rows = rowCount - nullCount;
  if (rows < MIN_ROWS) return invalidTarget(`The target must have a value in at least ${MIN_ROWS} rows; got ${rows}.`);
  if (distinctCount < 2) return invalidTarget('The target must have at least 2 distinct values.');
  if (kind === 'class' && distinctCount > MAX_CLASSES)
    return invalidTarget(`The target must have at most ${MAX_CLASSES} classes; got ${distinctCount}.`);
  return [];
}

const kindOf = ({ problemType }: Pick<TrainingRunStartInput, 'problemType'>) => (problemType === 'REGRESSION' ? 'number' : 'class');

/** Returns an algorithm with all its hyperparameters: the chosen ones, and the defaults of the others. */
export const estimatorOf = (algorithm: string, chosen: Readonly<Record<string, unknown>>): Estimator =>
  ({ algorithm, hyperparameters: withDefaults(algorithm as Algorithm, chosen) }) as Estimator;

/** Returns the columns of a run, with their indexes in the copy of the table. */
export function taskColumns(
  { features, target, problemType }: { features: readonly string[]; target: string; problemType: TrainingRunStartInput['problemType'] },
  columns: readonly { name: string; dtype: ColumnType }[],
): { features: TaskColumn[]; target: TaskColumn } {
  const indexes = new Map(columns.map(({ name }, index) => [name, index]));
  const column = (name: string) => ({ name, index: indexes.get(name)! });
  return {
    features: features.map((name) => ({ ...column(name), kind: columns[indexes.get(name)!]!.dtype === 'STRING' ? 'text' : 'number' })),
    target: { ...column(target), kind: problemType === 'REGRESSION' ? 'number' : 'text' },
  };
}
