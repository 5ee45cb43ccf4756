import { sha256 } from '../../shared/digest/sha256.js';

/**
 * Converts a text to Unicode normalization form C with line feeds as line ends. Case and spaces are kept, because they
 * matter in code.
 */
export const normalizeText = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC');

/** Returns the hash by which an ingest detects changed content. Expects the result of `normalizeText`. */
export const contentHash = (content: string): Uint8Array<ArrayBuffer> => sha256(content);
