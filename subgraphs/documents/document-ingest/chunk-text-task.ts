import { z } from 'zod';

/** The text formats that an ingest divides into chunks. */
export type TextFormat = 'MARKDOWN' | 'RESTRUCTURED_TEXT' | 'PLAIN_TEXT';

/** A text that a child process divides into chunks. */
export interface ChunkTextTask {
  text: string;
  format: TextFormat;
}

/** A chunk of a text: the titles of the headings above it, and the passage of the text as it is. */
export const chunkTextResult = z.array(z.object({ headingPath: z.array(z.string()), content: z.string(), isCode: z.boolean() }));

export type ChunkTextResult = z.infer<typeof chunkTextResult>;
