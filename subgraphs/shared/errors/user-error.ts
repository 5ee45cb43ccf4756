/** The kinds of user errors, as in schema/shared.graphql. */
export type UserErrorCode = 'BLANK' | 'TOO_LONG' | 'INVALID' | 'NOT_FOUND' | 'TAKEN' | 'CONFLICT' | 'IN_USE' | 'FORBIDDEN';

/** An error in the input of a mutation that the user can correct. `field` is the path to the value: `['input', 'name']`. */
export interface UserError {
  code: UserErrorCode;
  field: string[] | null;
  message: string;
}

/** The error with which a store rejects a mutation and rolls back its transaction. `mutationPayload` returns its user errors. */
export class Refusal extends Error {
  constructor(readonly userErrors: readonly UserError[]) {
    super(userErrors.map((error) => error.message).join(' '));
  }
}

/** Throws a Refusal with all problems, so that the user can correct them at once. Does nothing without a problem. */
export function refuseIf(problems: readonly UserError[]): void {
  if (problems.length > 0) throw new Refusal(problems);
}

export const refusal = (code: UserErrorCode, field: string[] | null, message: string): Refusal => new Refusal([{ code, field, message }]);

/** The number of characters of a client's text that an error message quotes. */
const MAX_QUOTED_LENGTH = 100;

/** Returns a client's text in quotation marks for a message. A longer text is cut after 100 characters. */
export const quote = (text: string): string =>
  text.length <= MAX_QUOTED_LENGTH ? `"${text}"` : `"${text.slice(0, MAX_QUOTED_LENGTH).toWellFormed()}..."`;

/** Returns the name of a field in a message: its path without the argument, such as `metrics.0.value`. */
export const fieldName = (field: readonly string[]): string => field.slice(1).join('.') || field.join('.');
