import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { UserError } from '../../shared/errors/user-error.js';
import type { DatasetCreateInput, DatasetSource } from '../generated/graphql.js';
import type { FileKind } from '../stored-file/file-kind.js';

const MAX_NAME_LENGTH = 500;

export const nameProblems = (name: string | null | undefined): UserError[] =>
  textProblems(['input', 'name'], name, { max: MAX_NAME_LENGTH });

/** Only `datasetCreateFromPredictions` makes datasets of predictions. */
export const sourceProblems = (source: DatasetSource | null | undefined): UserError[] =>
  source === 'PREDICTIONS'
    ? [{ code: 'INVALID', field: ['input', 'source'], message: 'Datasets of predictions are made by datasetCreateFromPredictions.' }]
    : [];

/** What is wrong with a new dataset, as far as its input alone tells. */
export function createProblems({ name, source, fileId, uploadId, idempotencyKey }: DatasetCreateInput): UserError[] {
  const problems = [
    ...nameProblems(name),
    ...sourceProblems(source),
    ...idProblems(['input', 'fileId'], fileId),
    ...idProblems(['input', 'uploadId'], uploadId),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if ((fileId == null) === (uploadId == null))
    problems.push({ code: 'INVALID', field: ['input'], message: 'Give either fileId or uploadId.' });
  return problems;
}

const KINDS: Readonly<Record<FileKind, string>> = {
  CSV: 'CSV',
  TSV: 'TSV',
  JSON_LINES: 'JSON lines',
  PARQUET: 'Parquet',
  ONNX: 'an ONNX model',
};

/** Why no dataset is made of a file of this kind, in words; null where one is. Bytes of no kind are left to who reads them. */
export function kindFault(kind: FileKind | null, declared: FileKind | null): string | null {
  if (kind !== null && declared !== null && kind !== declared)
    return `The file was declared as ${KINDS[declared]}, and its bytes are ${KINDS[kind]}.`;
  if (kind === null && declared !== null && declared !== 'CSV' && declared !== 'TSV')
    return `The file was declared as ${KINDS[declared]}, and its bytes are not.`;
  return kind === 'ONNX' ? 'The file is an ONNX model; datasets are made of CSV, TSV, JSON lines and Parquet.' : null;
}
