import { validate } from 'uuid';
import { badInput } from '../errors/coded-error.js';
import type { UserError } from '../errors/user-error.js';

/** True for a UUID of any version, the only form that an id has. */
export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);

/** An id that a client gave as an argument of a query, in its one spelling (lower case); anything else is BAD_USER_INPUT. */
export function parseId(value: string, argument = 'id'): string {
  if (!isId(value)) throw badInput(`Argument "${argument}" is not an id.`);
  return value.toLowerCase();
}

/** What is wrong with an id inside a mutation's input: nothing, where it is absent or has the form of one. */
export function idProblems(field: string[], value: string | null | undefined): UserError[] {
  return value == null || isId(value) ? [] : [{ code: 'INVALID', field, message: 'This is not an id.' }];
}
