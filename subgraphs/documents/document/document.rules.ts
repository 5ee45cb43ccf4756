import { quote, type UserError } from '../../shared/errors/user-error.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';

const MAX_URL_LENGTH = 500;

export const titleProblems = (title: string | null | undefined): UserError[] => textProblems(['input', 'title'], title, { max: 500 });

export const versionProblems = (version: string | null | undefined): UserError[] =>
  textProblems(['input', 'version'], version, { max: 50 });

export const metadataProblems = (metadata: unknown): UserError[] => objectProblems(['input', 'metadata'], metadata);

/** Refuses spaces, which a URL parser would drop: source URLs are compared as text. */
export function sourceUrlProblems(sourceUrl: string): UserError[] {
  const field = ['input', 'sourceUrl'];
  const problems = textProblems(field, sourceUrl, { max: MAX_URL_LENGTH });
  if (problems.length > 0) return problems;
  const isAbsolute = /^https?:\/\/[^\s\0]+$/i.test(sourceUrl) && URL.canParse(sourceUrl);
  const message = `sourceUrl must be an absolute http or https URL without spaces; got ${quote(sourceUrl)}.`;
  return isAbsolute ? [] : [{ code: 'INVALID', field, message }];
}
