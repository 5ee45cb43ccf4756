import { fieldName, type UserError } from '../errors/user-error.js';

/** True if a JSON value is an object: not null, an array or a scalar. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the kind of a JSON value for a message, such as "a list". The value itself may be long or personal. */
export function jsonKind(value: unknown): string {
  if (value == null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Returns the problems of a value that must be a JSON object. An absent value has none. */
export function objectProblems(field: string[], value: unknown): UserError[] {
  if (value == null || isObject(value)) return [];
  return [{ code: 'INVALID', field, message: `${fieldName(field)} must be a JSON object; got ${jsonKind(value)}.` }];
}
