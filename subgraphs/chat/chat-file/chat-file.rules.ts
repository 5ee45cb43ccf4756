import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ChatFileCreateInput, ChatFileFinishInput, ChatFileType, ChatFileUpdateInput } from '../generated/graphql.js';

const MAX_ERROR_LENGTH = 10_000;

export const createProblems = (input: ChatFileCreateInput): UserError[] => [
  ...idProblems(['input', 'sessionId'], input.sessionId),
  ...filenameProblems(input.filename),
  ...mimeTypeProblems(['input', 'mimeType'], input.mimeType),
  ...fileTypeProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** Refuses binary file types, because the content of a new file is given as text. */
function fileTypeProblems({ filename, mimeType }: ChatFileCreateInput): UserError[] {
  const fileType = fileTypeOf(filename, mimeType);
  if (fileType !== 'PDF' && fileType !== 'XLSX') return [];
  const message = `The content must be text, but ${quote(filename)} with the MIME type ${quote(mimeType)} is a ${fileType} file. Give a text file.`;
  return [{ code: 'INVALID', field: ['input', 'filename'], message }];
}

export const updateProblems = (input: ChatFileUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...filenameProblems(input.filename),
  ...idProblems(['input', 'datasetId'], input.datasetId),
];

export function finishProblems({ id, outcome, metadata, error }: ChatFileFinishInput): UserError[] {
  const problems = [
    ...idProblems(['input', 'id'], id),
    ...objectProblems(['input', 'metadata'], metadata),
    ...textProblems(['input', 'error'], error, { max: MAX_ERROR_LENGTH }),
  ];
  if (outcome === 'FAILED' && error == null)
    problems.push({
      code: 'BLANK',
      field: ['input', 'error'],
      message: 'error is required with the outcome FAILED. Give the reason why the file cannot be read.',
    });
  if (outcome === 'READY' && error != null)
    problems.push({ code: 'INVALID', field: ['input', 'error'], message: 'error is not allowed with the outcome READY. Leave it out.' });
  return problems;
}

const TYPES_BY_EXTENSION: Readonly<Record<string, ChatFileType>> = {
  csv: 'CSV',
  tsv: 'TSV',
  tab: 'TSV',
  jsonl: 'JSON_LINES',
  ndjson: 'JSON_LINES',
  pdf: 'PDF',
  xlsx: 'XLSX',
  txt: 'TEXT',
  md: 'TEXT',
  log: 'TEXT',
};

const TYPES_BY_MIME_TYPE: Readonly<Record<string, ChatFileType>> = {
  'text/csv': 'CSV',
  'application/csv': 'CSV',
  'text/tab-separated-values': 'TSV',
  'application/jsonl': 'JSON_LINES',
  'application/x-ndjson': 'JSON_LINES',
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
  'text/plain': 'TEXT',
  'text/markdown': 'TEXT',
};

/** Prefers the extension to the MIME type: browsers often send `text/plain` or `application/vnd.ms-excel` for CSV files. */
export function fileTypeOf(filename: string, mimeType: string): ChatFileType {
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  return lookUp(TYPES_BY_EXTENSION, extension) ?? lookUp(TYPES_BY_MIME_TYPE, mimeType.toLowerCase()) ?? 'OTHER';
}

const lookUp = (types: Readonly<Record<string, ChatFileType>>, key: string): ChatFileType | undefined =>
  Object.hasOwn(types, key) ? types[key] : undefined;
