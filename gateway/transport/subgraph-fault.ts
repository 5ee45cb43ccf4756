import type { GraphQLError } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

export type FaultReason = 'TIMEOUT' | 'UNAVAILABLE';

/** A subgraph gave no usable answer. The message is for the log: it names what no client may see. */
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

/** What a client sees of a fault: that part of its answer is missing, and whether asking again may help. */
export const clientError = ({ reason }: SubgraphFault): GraphQLError =>
  reason === 'TIMEOUT'
    ? codedError('TIMEOUT', 'A part of the graph took too long to answer.')
    : codedError('UNAVAILABLE', 'A part of the graph is not available.');
