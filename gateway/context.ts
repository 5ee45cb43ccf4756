import type { OperationTypeNode } from 'graphql';
import type { RequestCost } from './guards/cost/operation-costs.js';
import type { ClientRates } from './rate-limits/client-rates.js';
import type { OnSubsequentResults } from './execution/defer/incremental-results.js';
import type { AbortSignalLike } from '../subgraphs/shared/async-iterator/abort-signal-like.js';
import type { ClientRequestHeaders } from './headers/header-policy.js';
import type { Identity } from './identity/identity.js';
import type { ClientInfo } from './studio/client-info.js';

/** The context of one client request. */
export interface GatewayContext extends Identity {
  /** Identifies the request in the logs of the gateway and of every subgraph. */
  requestId: string;
  /** The key by which the address of the client is counted: an IPv4 address, or the /64 network of an IPv6 address. */
  address: string;
  /** Counts what the client requests, and refuses what exceeds a limit. */
  rates: ClientRates;
  /** Authenticates the credential again. Throws UNAUTHENTICATED if it is no longer valid. Undefined without a credential. */
  authenticate?: () => Promise<Identity>;
  /** The headers that subgraphs get and return. Undefined if there are none. */
  subgraphHeaders?: ClientRequestHeaders;
  /** The kind of the client's operation, once it is known. Subgraphs check it against the scopes of the credential. */
  operation?: OperationTypeNode;
  /** Called with the cost of the operation before it is executed or refused for it. */
  onCost?: (cost: RequestCost) => void;
  /** The client application, if usage reports name it. */
  client?: ClientInfo;
  /** Members of the response's `extensions`. */
  extensions?: Record<string, unknown>;
  /** Aborted when the client disconnects or, for a subscription, when the server closes. */
  signal?: AbortSignalLike;
  /** Called with the results of deferred fragments; undefined for a client that does not accept incremental delivery. */
  onSubsequentResults?: OnSubsequentResults;
}
