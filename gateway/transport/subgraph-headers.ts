import type { IncomingHttpHeaders } from 'node:http';

/** The headers that one client request adds to its requests to one subgraph. */
export interface AddedHeaders {
  /** The values by name in lower case. */
  readonly fields: Readonly<Record<string, string>>;
  /** Equal queries in flight are sent once only if their keys are equal. Null if this one is never shared with another. */
  readonly sharingKey: string | null;
}

/** Sets headers of the subgraph requests of one client request, and receives those of the responses. */
export interface SubgraphHeaders {
  /** Returns the headers to add to a request. Called for each request. */
  headersFor(subgraph: string): AddedHeaders;
  /** Called with the headers of each GraphQL response, also of one that is shared. Undefined if nothing reads them. */
  onResponse?: (subgraph: string, headers: IncomingHttpHeaders, isMutation: boolean) => void;
}
