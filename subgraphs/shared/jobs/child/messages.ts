import { z } from 'zod';

/** What a child is told, once. */
export interface ChildAssignment {
  /** The folder that it works in. */
  folder: string;
  task: unknown;
}

/** What a child may say. It reads what strangers wrote, so nothing that it says is believed unseen. */
export const childMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('result'), value: z.unknown() }),
  z.object({ kind: z.literal('fault'), code: z.string().regex(/^[A-Z_]{1,50}$/), message: z.string().max(1000) }),
]);

export type ChildMessage = z.infer<typeof childMessage>;
