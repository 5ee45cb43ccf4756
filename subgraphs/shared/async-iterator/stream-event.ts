import type { ExecutionResult } from 'graphql';

/** A result of a subscription. `id` is a single line, which a client that reconnects sends as `Last-Event-ID`. */
export interface StreamEvent {
  id?: string;
  result: ExecutionResult;
}
