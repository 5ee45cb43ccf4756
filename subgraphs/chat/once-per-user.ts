import { once } from '../shared/idempotency/idempotency.js';
import type { Viewer } from '../shared/viewer/viewer.js';

type Transaction = Parameters<typeof once>[0];
type Input = Parameters<typeof once>[3];

/** `once` with keys of each user's own: what one user made may not exist for another who happens to send the same key. */
export const oncePerUser = (
  transaction: Transaction,
  { organizationId, userId }: Viewer,
  mutation: string,
  input: Input,
  create: (id: string) => Promise<unknown>,
): Promise<string> => once(transaction, organizationId, `${mutation} ${userId}`, input, create);
