import type { OperationTypeNode } from 'graphql';
import type { OnSubsequentResults } from './execution/defer/incremental-results.js';
import type { AbortSignalLike } from '../subgraphs/shared/async-iterator/abort-signal-like.js';
import type { Viewer } from '../subgraphs/shared/viewer/viewer.js';

/** What the gateway knows of one client request. */
export interface GatewayContext {
  /** Names the request in logs here and in every subgraph. */
  requestId: string;
  /** Who asks; null without a credential. */
  viewer: Viewer | null;
  /** Proves the viewer again: throws UNAUTHENTICATED once the credential opens nothing any more. Not there without one. */
  authenticate?: () => Promise<Viewer>;
  /** What kind of operation the client runs, once it is known; subgraphs check it against the credential's scopes. */
  operation?: OperationTypeNode;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignalLike;
  /** Called with the results of deferred fragments; undefined for a client that does not accept incremental delivery. */
  onSubsequentResults?: OnSubsequentResults;
}
