import type { PredictionErrorCode } from '../generated/graphql.js';

/** Why a model gave no answer. The message is for whoever asked: it names no path and no host. */
export class InferenceFault extends Error {
  constructor(
    readonly code: PredictionErrorCode,
    message: string,
  ) {
    super(message);
  }
}
