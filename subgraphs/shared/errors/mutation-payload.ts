import { Refusal, type UserError } from './user-error.js';

export type MutationPayload<Name extends string, Result> = { [name in Name]: Result | null } & { userErrors: UserError[] };

/** The error of a mutation whose result was deleted before it could be read, or since its idempotency key was first used. */
const deletedSince: UserError = {
  code: 'NOT_FOUND',
  field: null,
  message: 'The result of this mutation has been deleted since. To create it again, use a new idempotency key.',
};

/** Returns the payload of a mutation: `{ dataset, userErrors: [] }`, or `{ dataset: null, userErrors }` if `work` throws a Refusal. */
export async function mutationPayload<Name extends string, Result>(
  name: Name,
  work: Promise<Result>,
): Promise<MutationPayload<Name, Result>> {
  try {
    const result = await work;
    return { [name]: result, userErrors: result === null ? [deletedSince] : [] } as MutationPayload<Name, Result>;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { [name]: null, userErrors: [...error.userErrors] } as MutationPayload<Name, Result>;
  }
}
