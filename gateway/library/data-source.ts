import type { GatewayGraphQLRequest, GatewayGraphQLRequestContext, GatewayGraphQLResponse } from '@apollo/server-gateway-interface';

/** The name of a subgraph and its URL in the supergraph. */
export interface SubgraphDefinition {
  name: string;
  url?: string;
}

/** A GraphQL request to a subgraph, and what it is sent for. */
export interface ProcessOptions<Context extends object> {
  /** The request. `request.http` has the URL and the headers that are sent. */
  request: GatewayGraphQLRequest;
  /** The context value of the client's request. It is an empty object if the request is not sent for a client. */
  context: Context;
  /** `incoming operation` for a request of a client, `health check` or `loading schema` otherwise. */
  kind: string;
  /** The client's request in Apollo Server; undefined if the request is not sent for a client. */
  incomingRequestContext?: GatewayGraphQLRequestContext;
}

/** Sends GraphQL requests to one subgraph. Data sources of `@apollo/gateway` are of this type. */
export interface GraphQLDataSource<Context extends object> {
  process(options: ProcessOptions<Context>): Promise<GatewayGraphQLResponse>;
}

/** The status and the headers of a subgraph's response. */
export interface ResponseHead {
  status: number;
  headers: Headers;
}

/** Functions that are called with each HTTP request to a subgraph. */
export interface SubgraphHooks<Context extends object> {
  /** Called before a request is sent. It may change the request, for example `request.http.headers`. */
  willSendRequest?(options: ProcessOptions<Context>): void | Promise<void>;
  /** Called with each GraphQL response. Returns the response to use, which may be the one that it got. */
  didReceiveResponse?(received: {
    response: GatewayGraphQLResponse;
    request: GatewayGraphQLRequest;
    context: Context;
  }): GatewayGraphQLResponse | Promise<GatewayGraphQLResponse>;
  /**
   * Called if there is no usable response. It may throw another error, which becomes the error of the operation.
   * @param response the status and the headers of the response, if one has arrived.
   */
  didEncounterError?(
    error: Error,
    fetchRequest: NonNullable<GatewayGraphQLRequest['http']>,
    response: ResponseHead | undefined,
    context: Context,
    request: GatewayGraphQLRequest,
  ): void;
}
