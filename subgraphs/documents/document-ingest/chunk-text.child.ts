// The child process that divides a text into chunks: parsers may take long for texts that are made for it.
import { runChildTask } from '../../shared/jobs/child/run-child-task.js';
import { chunkText } from '../chunking/chunk-text.js';
import { loadTokenizer } from '../embedding/tokenizer.js';
import type { ParsedText } from '../parsing/block.js';
import { parseMarkdown } from '../parsing/parse-markdown.js';
import { parsePlainText } from '../parsing/parse-plain-text.js';
import { parseRestructuredText } from '../parsing/parse-restructured-text.js';
import type { ChunkTextResult, ChunkTextTask, TextFormat } from './chunk-text-task.js';

const PARSERS: Readonly<Record<TextFormat, (text: string) => ParsedText>> = {
  MARKDOWN: parseMarkdown,
  RESTRUCTURED_TEXT: parseRestructuredText,
  PLAIN_TEXT: parsePlainText,
};

const tokenizer = loadTokenizer();

runChildTask<ChunkTextTask>(async ({ text, format }): Promise<ChunkTextResult> => {
  const loaded = await tokenizer;
  const countTokens = (part: string) => loaded.encode(part, { add_special_tokens: false }).ids.length;
  const chunks = chunkText(PARSERS[format](text), countTokens);
  return chunks.map(({ headingPath, content, isCode }) => ({ headingPath: [...headingPath], content, isCode }));
});
