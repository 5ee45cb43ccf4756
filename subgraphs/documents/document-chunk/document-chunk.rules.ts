import { sha256 } from '../../shared/digest/sha256.js';

/** A text as chunks keep it: in Unicode NFC with line feeds as line ends, and else untouched, since case and spaces mean something in code. */
export const normalText = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC');

/** Tells whether a chunk's content changed; of a text that `normalText` made. */
export const contentHash = (content: string): Uint8Array<ArrayBuffer> => sha256(content);
