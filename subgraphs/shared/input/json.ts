import type { UserError } from '../errors/user-error.js';

/** What is wrong with a value that must be a JSON object; nothing, where it is absent. */
export function objectProblems(field: string[], value: unknown): UserError[] {
  if (value == null || (typeof value === 'object' && !Array.isArray(value))) return [];
  return [{ code: 'INVALID', field, message: 'This must be a JSON object.' }];
}
