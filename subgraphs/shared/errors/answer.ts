import { Refusal, type UserError } from './user-error.js';

export type Payload<Name extends string, Result> = { [name in Name]: Result | null } & { userErrors: UserError[] };

/** A mutation's payload: `{ dataset, userErrors: [] }` when it was done, `{ dataset: null, userErrors }` when it was refused. */
export async function answer<Name extends string, Result>(name: Name, work: Promise<Result>): Promise<Payload<Name, Result>> {
  try {
    return { [name]: await work, userErrors: [] as UserError[] } as Payload<Name, Result>;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { [name]: null, userErrors: [...error.userErrors] } as Payload<Name, Result>;
  }
}
