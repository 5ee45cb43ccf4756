import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { UserError } from '../../shared/errors/user-error.js';
import type { DatasetCreateInput, DatasetSource } from '../generated/graphql.js';
import type { FileKind } from '../stored-file/file-kind.js';

const MAX_NAME_LENGTH = 500;

export const nameProblems = (name: string | null | undefined): UserError[] =>
  textProblems(['input', 'name'], name, { max: MAX_NAME_LENGTH });

/** Returns a problem for PREDICTIONS, which only `datasetCreateFromPredictions` may set. */
export const sourceProblems = (source: DatasetSource | null | undefined): UserError[] =>
  source === 'PREDICTIONS'
    ? [
        {
          code: 'INVALID',
          field: ['input', 'source'],
          message: 'PREDICTIONS is set by datasetCreateFromPredictions only. Choose another source.',
        },
      ]
    : [];

/** Returns the problems of the input of `datasetCreate`. */
export function createProblems({ name, source, fileId, uploadId, idempotencyKey }: DatasetCreateInput): UserError[] {
  const problems = [
    ...nameProblems(name),
    ...sourceProblems(source),
    ...idProblems(['input', 'fileId'], fileId),
    ...idProblems(['input', 'uploadId'], uploadId),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if ((fileId == null) === (uploadId == null))
    problems.push({ code: 'INVALID', field: ['input'], message: 'Give either fileId or uploadId, not both.' });
  return problems;
}

const KIND_NAMES: Readonly<Record<FileKind, string>> = {
  CSV: 'CSV',
  TSV: 'TSV',
  JSON_LINES: 'JSON Lines',
  PARQUET: 'Parquet',
  ONNX: 'an ONNX model',
};

/** Returns the reason why a file of this kind cannot become a dataset, or null. Content of an unknown kind is refused by the profiling. */
export function kindProblem(kind: FileKind | null, declared: FileKind | null): string | null {
  if (kind !== null && declared !== null && kind !== declared)
    return `The file was declared as ${KIND_NAMES[declared]}, but its content is ${KIND_NAMES[kind]}.`;
  if (kind === null && declared !== null && declared !== 'CSV' && declared !== 'TSV')
    return `The file was declared as ${KIND_NAMES[declared]}, but its content is not.`;
  return kind === 'ONNX' ? 'The file is an ONNX model. Datasets can be created from CSV, TSV, JSON Lines and Parquet files.' : null;
}
