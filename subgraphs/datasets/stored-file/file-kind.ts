/** The file formats that the platform recognizes by their bytes. */
export type FileKind = 'CSV' | 'TSV' | 'JSON_LINES' | 'PARQUET' | 'ONNX';

/** The number of bytes from the start of a file that determine its kind. */
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

/** Returns the kind that a MIME type declares, or null for any other type, such as `application/octet-stream`. */
export const declaredKind = (mimeType: string): FileKind | null =>
  Object.hasOwn(DECLARED, mimeType.toLowerCase()) ? DECLARED[mimeType.toLowerCase()]! : null;

/**
 * Returns the kind of a file by its first HEAD_BYTES bytes, or null for an unknown kind. UTF-8 text that is not JSON Lines counts as
 * TSV if its first line has more tabs than commas, and as CSV otherwise.
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

/** The tags (field number and wire type) of the fields 2 to 8 of ONNX's ModelProto, one of which follows the field `ir_version`. */
const MODEL_FIELDS = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);
const isOnnx = ([first, version, next]: Uint8Array): boolean =>
  first === 0x08 && version! >= 1 && version! < 0x20 && MODEL_FIELDS.has(next!);

/** Returns the bytes as text without a byte order mark, or null if they are not UTF-8. The last character may be incomplete. */
function headText(head: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** True if the line is a JSON object, or begins like one if it may be incomplete. */
function isJsonObject(line: string, mayBeIncomplete: boolean): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return mayBeIncomplete && /^\s*\{\s*"/.test(line);
  }
}

const count = (text: string, character: string): number => text.split(character).length - 1;
