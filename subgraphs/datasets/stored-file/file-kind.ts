/** What a file is by its bytes, of the kinds that this platform knows. */
export type FileKind = 'CSV' | 'TSV' | 'JSON_LINES' | 'PARQUET' | 'ONNX';

/** How many bytes from the start of a file tell what it is. */
export const HEAD_BYTES = 64 * 1024;

const DECLARED: Readonly<Record<string, FileKind>> = {
  'text/csv': 'CSV',
  'text/tab-separated-values': 'TSV',
  'application/jsonl': 'JSON_LINES',
  'application/x-jsonlines': 'JSON_LINES',
  'application/x-ndjson': 'JSON_LINES',
  'application/vnd.apache.parquet': 'PARQUET',
  'application/x-parquet': 'PARQUET',
  'application/onnx': 'ONNX',
  'application/x-onnx': 'ONNX',
};

/** The kind that a MIME type declares; null for one that declares none, such as `application/octet-stream`. */
export const declaredKind = (mimeType: string): FileKind | null =>
  Object.hasOwn(DECLARED, mimeType.toLowerCase()) ? DECLARED[mimeType.toLowerCase()]! : null;

/**
 * The kind of a file by its first bytes (HEAD_BYTES of them, or all); null where they are of none. Text in UTF-8 that is
 * not JSON lines counts as a table, of which the first line tells whether tabs or commas divide it.
 */
export function fileKind(head: Uint8Array): FileKind | null {
  if (startsWith(head, 'PAR1')) return 'PARQUET';
  if (isOnnx(head)) return 'ONNX';
  const text = headText(head);
  if (text === null || text.includes('\0')) return null;
  const line = text.split(/\r\n|\n|\r/).find((one) => one.trim() !== '');
  if (line === undefined) return 'CSV';
  if (isJsonObject(line, line.length === text.length)) return 'JSON_LINES';
  return count(line, '\t') > count(line, ',') ? 'TSV' : 'CSV';
}

const startsWith = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes.subarray(0, text.length)).equals(Buffer.from(text));

/** The number of the format, which is small, then another field of ONNX's ModelProto: field numbers 2 to 8 with their wire types. */
const MODEL_FIELDS = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);
const isOnnx = ([first, version, next]: Uint8Array): boolean =>
  first === 0x08 && version! >= 1 && version! < 0x20 && MODEL_FIELDS.has(next!);

/** The head as text without a byte order mark. Its last character may be cut in two. */
function headText(head: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** A line that may be cut at its end is taken for an object where it begins like one. */
function isJsonObject(line: string, mayBeCut: boolean): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return mayBeCut && /^\s*\{\s*"/.test(line);
  }
}

const count = (text: string, character: string): number => text.split(character).length - 1;
