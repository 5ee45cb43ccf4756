import { validate } from 'uuid';
import { badInput } from '../errors/coded-error.js';
import { fieldName, quote, type UserError } from '../errors/user-error.js';

/** True for a UUID of any version: every id is one. */
export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);

/** Returns an id that a client passed as an argument of a query, in lower case. Throws BAD_USER_INPUT if it is not a UUID. */
export function parseId(value: string, argument = 'id'): string {
  if (!isId(value)) throw badInput(`${argument} must be a UUID; got ${quote(value)}.`);
  return value.toLowerCase();
}

/** Returns the problems of an id in a mutation's input: it is not a UUID. An absent id has none. */
export function idProblems(field: string[], value: string | null | undefined): UserError[] {
  if (value == null || isId(value)) return [];
  return [{ code: 'INVALID', field, message: `${fieldName(field)} must be a UUID; got ${quote(value)}.` }];
}
