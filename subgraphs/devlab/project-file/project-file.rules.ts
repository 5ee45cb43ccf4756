import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { utf8Problems, MAX_CODE_BYTES } from '../input/utf8.rules.js';
import type { ProjectFileCreateInput, ProjectFileSaveInput } from '../generated/graphql.js';

const PATH = ['input', 'path'];

export const createProblems = (input: ProjectFileCreateInput): UserError[] => [
  ...idProblems(['input', 'projectId'], input.projectId),
  ...pathProblems(input.path),
  ...utf8Problems(['input', 'content'], input.content, { maxBytes: MAX_CODE_BYTES }),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const saveProblems = (input: ProjectFileSaveInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...pathProblems(input.path),
  ...utf8Problems(['input', 'content'], input.content, { maxBytes: MAX_CODE_BYTES }),
];

/** Normalizes a path: `/` between folders, no empty parts, no `.`, and Unicode normalization form C. */
export const normalizePath = (path: string): string =>
  partsOf(path)
    .filter((part) => part !== '' && part !== '.')
    .join('/');

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Refuses paths that lead out of the project or do not end with a file name. */
export function pathProblems(path: string | null | undefined): UserError[] {
  if (path == null) return [];
  const problems = textProblems(PATH, normalizePath(path), { max: 500 });
  const invalid = (message: string) => problems.push({ code: 'INVALID', field: PATH, message });
  const parts = partsOf(path);
  if (parts.includes('..')) invalid('path must not contain "..".');
  if (/[\p{Cc}\p{Surrogate}]/u.test(path)) invalid('path must not contain control characters or unpaired surrogates.');
  if (problems.length === 0 && /^\.?$/.test(parts.at(-1)!)) invalid('path must end with a file name, not with "/" or ".".');
  return problems;
}

const partsOf = (path: string): string[] => path.normalize('NFC').replaceAll('\\', '/').split('/');
