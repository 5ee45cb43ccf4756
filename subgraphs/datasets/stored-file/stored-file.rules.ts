import type { UserError } from '../../shared/errors/user-error.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { idProblems } from '../../shared/input/id.js';
import type { StoredFileCreateInput } from '../generated/graphql.js';

/** Decodes UTF-8, or returns null if the bytes are not UTF-8. Keeps a byte order mark, because it is part of the stored text. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Returns the problems of the content of a new file: a text needs a name and a type, an upload has both. */
export function contentProblems({ text, uploadId, filename, mimeType }: StoredFileCreateInput): UserError[] {
  const problems = [...filenameProblems(filename), ...idProblems(['input', 'uploadId'], uploadId)];
  if ((text == null) === (uploadId == null))
    problems.push({ code: 'INVALID', field: ['input'], message: 'Give either text or uploadId, not both.' });
  else if (uploadId != null && mimeType != null)
    problems.push({ code: 'INVALID', field: ['input', 'mimeType'], message: 'The file has the type of the upload. Leave out mimeType.' });
  else if (text != null) {
    if (filename == null) problems.push({ code: 'BLANK', field: ['input', 'filename'], message: 'filename is required with text.' });
    if (mimeType == null) problems.push({ code: 'BLANK', field: ['input', 'mimeType'], message: 'mimeType is required with text.' });
    else problems.push(...mimeTypeProblems(['input', 'mimeType'], mimeType));
  }
  return problems;
}

/**
 * Returns the Content-Disposition header of a download (RFC 6266), with the filename in ASCII and in UTF-8. Characters that could end
 * the header or its quotes are replaced.
 */
export function contentDisposition(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
