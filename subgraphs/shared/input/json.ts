import type { UserError } from '../errors/user-error.js';

/** Whether a value of JSON is an object, and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with a value that must be a JSON object; nothing, where it is absent. */
export function objectProblems(field: string[], value: unknown): UserError[] {
  if (value == null || isObject(value)) return [];
  return [{ code: 'INVALID', field, message: 'This must be a JSON object.' }];
}
