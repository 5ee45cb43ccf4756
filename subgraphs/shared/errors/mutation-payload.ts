import { Refusal, type UserError } from './user-error.js';

export type MutationPayload<Name extends string, Result> = { [name in Name]: Result | null } & { userErrors: UserError[] };

/** A create whose idempotency key made something that was deleted since, or a change that a delete overtook. */
const gone: UserError = { code: 'NOT_FOUND', field: null, message: 'It was deleted meanwhile.' };

/** A mutation's payload: `{ dataset, userErrors: [] }` when it was done, `{ dataset: null, userErrors }` when it was refused. */
export async function mutationPayload<Name extends string, Result>(
  name: Name,
  work: Promise<Result>,
): Promise<MutationPayload<Name, Result>> {
  try {
    const result = await work;
    return { [name]: result, userErrors: result === null ? [gone] : [] } as MutationPayload<Name, Result>;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { [name]: null, userErrors: [...error.userErrors] } as MutationPayload<Name, Result>;
  }
}
