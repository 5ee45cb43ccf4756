import type { UserError } from '../../shared/errors/user-error.js';
import { textProblems } from '../../shared/input/text.js';

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_CODE_LENGTH = 100;

/** What the entries of all kinds have; in an update each may be left out. */
interface Entry {
  code?: string | null;
  name?: string | null;
  icon?: string | null;
  description?: string | null;
}

/** Everyone who is signed in reads the catalogue; only the platform's own people write it. */
export const administratorProblems = (isPlatformAdministrator: boolean): UserError[] =>
  isPlatformAdministrator ? [] : [{ code: 'FORBIDDEN', field: null, message: 'Only a platform administrator may change the catalogue.' }];

export const entryProblems = ({ code, name, icon, description }: Entry): UserError[] => [
  ...codeProblems(code),
  ...textProblems(['input', 'name'], name, { max: 200 }),
  ...textProblems(['input', 'icon'], icon, { max: 100 }),
  ...textProblems(['input', 'description'], description, { max: 5_000 }),
];

/** True for a text that could be an entry's code: lower-case words with single hyphens between them. */
export const isCode = (text: string): boolean => text.length <= MAX_CODE_LENGTH && CODE.test(text);

/** The fields of a change that say something: where a column cannot be cleared, null is as good as left out. */
export const stated = <Change extends object>(change: Change) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value != null)) as {
    [Field in keyof Change]?: NonNullable<Change[Field]>;
  };

function codeProblems(code: string | null | undefined): UserError[] {
  const field = ['input', 'code'];
  const problems = textProblems(field, code, { max: MAX_CODE_LENGTH });
  if (code != null && problems.length === 0 && !isCode(code)) {
    problems.push({ code: 'INVALID', field, message: 'A code has lower-case letters, digits and single hyphens between them.' });
  }
  return problems;
}
