import { fieldName, type UserError } from '../../shared/errors/user-error.js';
import { textProblems } from '../../shared/input/text.js';

const MAX_NAME_LENGTH = 200;
/** A valid host name label, so that a slug can become part of a host name. */
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_SLUG_LENGTH = 63;

export const nameProblems = (field: string[], name: string): UserError[] => textProblems(field, name, { max: MAX_NAME_LENGTH });

export function slugProblems(field: string[], slug: string): UserError[] {
  const problems = textProblems(field, slug, { max: MAX_SLUG_LENGTH });
  if (problems.length > 0 || SLUG.test(slug)) return problems;
  return [
    {
      code: 'INVALID',
      field,
      message: `${fieldName(field)} must consist of lower-case letters and digits with single hyphens between them; got "${slug}".`,
    },
  ];
}
