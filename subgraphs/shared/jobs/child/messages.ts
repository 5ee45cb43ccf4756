import { z } from 'zod';

/** The one message that a child process receives. */
export interface ChildAssignment {
  /** The working directory of the task. */
  folder: string;
  task: unknown;
}

/** The messages that a child process sends. They are validated, because a child reads untrusted files. */
export const childMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('result'), value: z.unknown() }),
  z.object({ kind: z.literal('error'), code: z.string().regex(/^[A-Z_]{1,50}$/), message: z.string().max(1000) }),
]);

export type ChildMessage = z.infer<typeof childMessage>;
