/** Why an input was refused; the same list in every subgraph (schema/shared.graphql). */
export type UserErrorCode = 'BLANK' | 'TOO_LONG' | 'INVALID' | 'NOT_FOUND' | 'TAKEN' | 'CONFLICT' | 'IN_USE' | 'FORBIDDEN';

/** Something that a user caused and can mend. `field` leads from the argument to the value: `['input', 'name']`. */
export interface UserError {
  code: UserErrorCode;
  field: string[] | null;
  message: string;
}

/** Thrown inside a store to undo the whole mutation; `answer` turns it into the payload's userErrors. */
export class Refusal extends Error {
  constructor(readonly userErrors: readonly UserError[]) {
    super(userErrors.map((error) => error.message).join(' '));
  }
}

/** Throws one Refusal with all the problems, so that a user mends them in one go. */
export function refuseIf(problems: readonly UserError[]): void {
  if (problems.length > 0) throw new Refusal(problems);
}

export const refusal = (code: UserErrorCode, field: string[] | null, message: string): Refusal => new Refusal([{ code, field, message }]);
