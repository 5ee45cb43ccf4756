import type { UserError } from '../errors/user-error.js';

/** What is wrong with a text that a person typed: blank where it must say something, or longer than `max` characters. */
export function textProblems(field: string[], value: string | null | undefined, rule: { max: number; mayBeBlank?: boolean }): UserError[] {
  if (value == null) return [];
  if (!rule.mayBeBlank && value.trim() === '') return [{ code: 'BLANK', field, message: 'This must not be blank.' }];
  if ([...value].length > rule.max) return [{ code: 'TOO_LONG', field, message: `This is longer than ${rule.max} characters.` }];
  return [];
}
