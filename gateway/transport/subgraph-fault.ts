import type { GraphQLError } from 'graphql';
import { codedError, UNKNOWN_OUTCOME } from '../../subgraphs/shared/errors/coded-error.js';

export type FaultReason = 'TIMEOUT' | 'UNAVAILABLE';

export interface FaultOptions extends ErrorOptions {
  /** True if the subgraph may have received the request. */
  wasSent?: boolean;
}

/** Thrown when a subgraph gave no usable response. The message is for the log only: it names internals. */
export class SubgraphFault extends Error {
  override readonly name = 'SubgraphFault';
  readonly wasSent: boolean;

  constructor(
    readonly subgraph: string,
    readonly reason: FaultReason,
    message: string,
    { wasSent = false, ...options }: FaultOptions = {},
  ) {
    super(`${subgraph}: ${message}`, options);
    this.wasSent = wasSent;
  }
}

/** Thrown when an event stream of a subgraph broke off. It is the only fault after which the gateway reconnects. */
export class StreamInterruptedFault extends SubgraphFault {}

const WHAT: Readonly<Record<FaultReason, string>> = {
  TIMEOUT: 'A subgraph took too long to respond.',
  UNAVAILABLE: 'A subgraph is not available.',
};
const REMEDIES: Readonly<Record<FaultReason, string>> = {
  TIMEOUT: 'Try again.',
  UNAVAILABLE: 'Try again later.',
};

/** Returns the error that a client sees for a fault. The subgraph may have executed a mutation that it has received. */
export const clientError = ({ reason, wasSent }: SubgraphFault, isMutation = false): GraphQLError =>
  codedError(reason, `${WHAT[reason]} ${isMutation && wasSent ? UNKNOWN_OUTCOME : REMEDIES[reason]}`);
