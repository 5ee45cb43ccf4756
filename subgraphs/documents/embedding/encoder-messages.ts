/** A batch of texts for the process that embeds. */
export interface EncoderRequest {
  texts: string[];
}

/** The vectors of a batch, one after the other, or the message of the error. */
export type EncoderResponse = { kind: 'vectors'; vectors: Float32Array } | { kind: 'fault'; message: string };
