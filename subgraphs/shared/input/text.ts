import { fieldName, type UserError } from '../errors/user-error.js';

export interface TextLimits {
  /** The largest number of characters (Unicode code points). */
  max: number;
  mayBeBlank?: boolean;
}

/** Returns the problems of a text that a user entered: it is blank, or longer than `max`. An absent text has none. */
export function textProblems(field: string[], value: string | null | undefined, { max, mayBeBlank }: TextLimits): UserError[] {
  if (value == null) return [];
  if (!mayBeBlank && value.trim() === '') return [{ code: 'BLANK', field, message: `${fieldName(field)} must not be blank.` }];
  const { length } = [...value];
  if (length <= max) return [];
  return [{ code: 'TOO_LONG', field, message: `${fieldName(field)} must have at most ${max} characters; got ${length}.` }];
}
