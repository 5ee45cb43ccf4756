import type { UserError } from '../../shared/errors/user-error.js';
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
  ...mimeTypeProblems(input.mimeType),
  ...kindProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** A file that comes as text is none of those that are made of bytes. */
function kindProblems({ filename, mimeType }: ChatFileCreateInput): UserError[] {
  const fileType = fileTypeOf(filename, mimeType);
  if (fileType !== 'PDF' && fileType !== 'XLSX') return [];
  return [{ code: 'INVALID', field: ['input', 'filename'], message: `Text is no ${fileType} file.` }];
}

export const updateProblems = (input: ChatFileUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...filenameProblems(input.filename),
  ...idProblems(['input', 'datasetId'], input.datasetId),
];

/** What is wrong with how reading a file is said to have ended. */
export function finishProblems({ id, outcome, metadata, error }: ChatFileFinishInput): UserError[] {
  const problems = [
    ...idProblems(['input', 'id'], id),
    ...objectProblems(['input', 'metadata'], metadata),
    ...textProblems(['input', 'error'], error, { max: MAX_ERROR_LENGTH }),
  ];
  if (outcome === 'FAILED' && error == null)
    problems.push({ code: 'BLANK', field: ['input', 'error'], message: 'Say why the file cannot be read.' });
  if (outcome === 'READY' && error != null)
    problems.push({ code: 'INVALID', field: ['input', 'error'], message: 'Only a failed file has an error.' });
  return problems;
}

const BY_ENDING: Readonly<Record<string, ChatFileType>> = {
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

const BY_MIME_TYPE: Readonly<Record<string, ChatFileType>> = {
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

/** The name's ending goes first: browsers call many a CSV file `text/plain` or `application/vnd.ms-excel`. */
export function fileTypeOf(filename: string, mimeType: string): ChatFileType {
  const ending = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  return of(BY_ENDING, ending) ?? of(BY_MIME_TYPE, mimeType.toLowerCase()) ?? 'OTHER';
}

const of = (types: Readonly<Record<string, ChatFileType>>, key: string): ChatFileType | undefined =>
  Object.hasOwn(types, key) ? types[key] : undefined;
