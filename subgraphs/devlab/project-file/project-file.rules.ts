import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { contentProblems, MAX_CODE_BYTES } from '../content/content.rules.js';
import type { ProjectFileCreateInput, ProjectFileSaveInput } from '../generated/graphql.js';

const PATH = ['input', 'path'];

export const createProblems = (input: ProjectFileCreateInput): UserError[] => [
  ...idProblems(['input', 'projectId'], input.projectId),
  ...pathProblems(input.path),
  ...contentProblems(['input', 'content'], input.content, { maxBytes: MAX_CODE_BYTES }),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const saveProblems = (input: ProjectFileSaveInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...pathProblems(input.path),
  ...contentProblems(['input', 'content'], input.content, { maxBytes: MAX_CODE_BYTES }),
];

/** The one spelling of a path: folders with `/` between them, nothing empty, no `.`, composed Unicode. */
export const normalisedPath = (path: string): string =>
  partsOf(path)
    .filter((part) => part !== '' && part !== '.')
    .join('/');

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A path never leads out of its project, and ends with a file's name. */
export function pathProblems(path: string | null | undefined): UserError[] {
  if (path == null) return [];
  const problems = textProblems(PATH, normalisedPath(path), { max: 500 });
  const invalid = (message: string) => problems.push({ code: 'INVALID', field: PATH, message });
  const parts = partsOf(path);
  if (parts.includes('..')) invalid('A path has no "..".');
  if (/[\p{Cc}\p{Surrogate}]/u.test(path)) invalid('A path has no control characters and no half ones.');
  if (problems.length === 0 && /^\.?$/.test(parts.at(-1)!)) invalid('A path ends with the name of a file.');
  return problems;
}

const partsOf = (path: string): string[] => path.normalize('NFC').replaceAll('\\', '/').split('/');
