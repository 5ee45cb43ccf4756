import type { PredictionErrorCode } from '../generated/graphql.js';

/** Signals that a model has returned no output. The message is shown to the client, so it contains no file path and no host name. */
export class InferenceFault extends Error {
  constructor(
    readonly code: PredictionErrorCode,
    message: string,
  ) {
    super(message);
  }
}
