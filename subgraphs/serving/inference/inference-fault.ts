import type { PredictionErrorCode } from '../generated/graphql.js';

/** Thrown when a model gives no output. The message is shown to the client, so it contains no file path and no host name. */
export class InferenceFault extends Error {
  constructor(
    readonly code: PredictionErrorCode,
    message: string,
  ) {
    super(message);
  }
}
