/** Converts texts to vectors whose inner product is the similarity of the texts' meanings, at most 1. */
export interface Embedder {
  /** The name of the model. Vectors of different models cannot be compared. */
  readonly model: string;
  /** The number of components of a vector. */
  readonly dimensions: number;
  /**
   * Returns the vectors of texts, in their order, each of length 1. Texts beyond the model's input size are cut.
   * @param priority `query` is embedded before all waiting `document` texts.
   */
  embed(texts: readonly string[], priority: 'query' | 'document'): Promise<Float32Array[]>;
  /** Releases what the embedder holds. */
  close(): Promise<void>;
}
