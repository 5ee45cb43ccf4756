/** The end of a message about a mutation whose result is not known. */
export const UNKNOWN_OUTCOME =
  'It is not known whether the change was saved. Read what it changes first, or repeat the mutation with the same idempotency key.';
