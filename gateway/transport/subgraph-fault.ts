import type { GraphQLError } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

export type FaultReason = 'TIMEOUT' | 'UNAVAILABLE';

/** Thrown when a subgraph gave no usable response. The message is for the log only: it names internals. */
export class SubgraphFault extends Error {
  override readonly name = 'SubgraphFault';

  constructor(
    readonly subgraph: string,
    readonly reason: FaultReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${subgraph}: ${message}`, options);
  }
}

/** Thrown when an event stream of a subgraph broke off. It is the only fault after which the gateway reconnects. */
export class StreamInterruptedFault extends SubgraphFault {}

/** Returns the error that a client sees for a fault. */
export const clientError = ({ reason }: SubgraphFault): GraphQLError =>
  reason === 'TIMEOUT'
    ? codedError('TIMEOUT', 'A subgraph took too long to respond. Try again.')
    : codedError('UNAVAILABLE', 'A subgraph is not available. Try again later.');
