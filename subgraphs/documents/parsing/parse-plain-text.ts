import type { Block, ParsedText } from './block.js';
import { linesOf } from './lines.js';

/** Parses plain text: paragraphs are divided by blank lines. */
export function parsePlainText(text: string): ParsedText {
  const blocks: Block[] = [];
  let start: number | null = null;
  let end = 0;
  for (const line of [...linesOf(text), null]) {
    if (line && !line.isBlank) {
      start ??= line.start;
      end = line.end;
    } else if (start !== null) {
      blocks.push({ kind: 'text', start, end });
      start = null;
    }
  }
  return { text, blocks };
}
