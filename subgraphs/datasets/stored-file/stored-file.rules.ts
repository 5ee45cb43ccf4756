import type { UserError } from '../../shared/errors/user-error.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { idProblems } from '../../shared/input/id.js';
import type { StoredFileCreateInput } from '../generated/graphql.js';

/** The text that the bytes are in UTF-8; null where they are none. A byte order mark stays, for the text is what was stored. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What is wrong with where a new file's bytes come from: a text needs a name and a type, an upload has both. */
export function contentProblems({ text, uploadId, filename, mimeType }: StoredFileCreateInput): UserError[] {
  const problems = [...filenameProblems(filename), ...idProblems(['input', 'uploadId'], uploadId)];
  if ((text == null) === (uploadId == null)) problems.push({ code: 'INVALID', field: ['input'], message: 'Give either text or uploadId.' });
  else if (uploadId != null && mimeType != null)
    problems.push({ code: 'INVALID', field: ['input', 'mimeType'], message: 'An upload has the type that it was announced with.' });
  else if (text != null) {
    if (filename == null) problems.push({ code: 'BLANK', field: ['input', 'filename'], message: 'A text needs a filename.' });
    if (mimeType == null) problems.push({ code: 'BLANK', field: ['input', 'mimeType'], message: 'A text needs a MIME type.' });
    else problems.push(...mimeTypeProblems(mimeType));
  }
  return problems;
}

/**
 * The Content-Disposition that offers a file under its name (RFC 6266): in ASCII for whoever reads no more, and in UTF-8.
 * No name can end the header or its quotes.
 */
export function contentDisposition(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_');
  const exact = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`;
}
