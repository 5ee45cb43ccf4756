import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  getOperationAST,
  graphql,
  parse,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { createHandler } from 'graphql-sse';
import type { OnSubsequentResults } from '../../gateway/execution/defer/incremental-results.js';
import { FederationGateway } from '../../gateway/execution/federation-gateway.js';
import { parseSubgraphResponse, type SendRequest } from '../../gateway/transport/subgraph-response.js';
import { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import type { Planner, PlanningError } from '../../gateway/planning/planner.js';
import { createLocalPlanner } from '../../gateway/planning/local-planner.js';
import { compose } from '../../gateway/supergraph/compose.js';

/** A subgraph of a test: Federation SDL, and resolvers by type (with `__resolveReference` on entities). */
export interface TestSubgraph {
  typeDefs: string;
  resolvers?: object;
  /** The URL of a subgraph that is served elsewhere. */
  url?: string;
}

/** A request of a gateway to a subgraph. */
export interface SentRequest {
  subgraph: string;
  query: string;
  variables: Record<string, unknown>;
}

/** Subgraphs behind real HTTP, and their supergraph. */
export interface ServedSubgraphs {
  supergraph: string;
  /** All requests in the order of arrival. Tests empty it between operations. */
  requests: SentRequest[];
  close(): Promise<void>;
}

/** Called with each request to a subgraph before it is executed, and with its response, which it may send or add headers to. */
type OnRequest = (subgraph: string, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Serves subgraphs, by name, on one port and composes their supergraph. Subscriptions are served by graphql-sse. */
export async function serveSubgraphs(subgraphs: Readonly<Record<string, TestSubgraph>>, onRequest?: OnRequest): Promise<ServedSubgraphs> {
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { typeDefs, resolvers }]) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never }),
    ]),
  );
  const requests: SentRequest[] = [];
  const server: Server = createServer(async (request, response) => {
    const subgraph = request.url!.slice(1);
    const body = JSON.parse(await text(request)) as Omit<SentRequest, 'subgraph' | 'variables'> & Partial<SentRequest>;
    const { query, variables = {} } = body;
    requests.push({ subgraph, query, variables });
    await onRequest?.(subgraph, request, response);
    if (response.writableEnded) return;
    if (request.headers.accept?.includes('text/event-stream')) return stream(schemas.get(subgraph)!, body, request, response);
    const answer = await graphql({
      schema: schemas.get(subgraph)!,
      source: query,
      variableValues: variables,
      contextValue: { headers: request.headers },
    });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  // Planning in this thread may take longer than the keep-alive timeout, and a mutation must not use a closing connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    supergraph: compose(
      Object.entries(subgraphs).map(([name, { typeDefs: sdl, url = `http://127.0.0.1:${port}/${name}` }]) => ({ name, url, sdl })),
    ),
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Responds to a subscription or a query with an event stream. */
async function stream(schema: GraphQLSchema, body: object, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = { get: (name: string) => request.headers[name] as string | undefined };
  const serveInProcess = { method: request.method!, url: request.url!, headers, body: body as never, raw: request, context: undefined };
  const [events, { status, headers: responseHeaders }] = await createHandler({ schema })(serveInProcess);
  response.writeHead(status, responseHeaders as Record<string, string>);
  if (!events || typeof events === 'string') return void response.end(events);
  response.once('close', () => void events.return());
  for await (const event of events) response.write(event);
  response.end();
}

export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A gateway that executes operations in this process, without HTTP. */
export interface InProcessGateway {
  execute(operation: Operation): Promise<FormattedExecutionResult>;
  close(): Promise<void>;
}

/** A gateway with incremental delivery. */
export interface IncrementalGateway extends InProcessGateway {
  /**
   * Returns the first event of a subscription, completed. The subgraph is sent the subscription as a plain request, which
   * graphql-js executes like a query.
   */
  firstEvent?(operation: Operation): Promise<FormattedExecutionResult>;
  /** Returns the initial result and the subsequent results as JSON. */
  executeIncrementally(operation: Operation): Promise<{ first: FormattedExecutionResult; later: SubsequentResult[] }>;
}

/** A subsequent result as clients receive it. */
export interface SubsequentResult {
  incremental: {
    label?: string;
    path: (string | number)[];
    data: Record<string, unknown> | null;
    errors?: readonly GraphQLFormattedError[];
  }[];
  hasNext: boolean;
}

/** Starts an Apollo Server without HTTP for a gateway. */
async function startInProcess(gateway: GatewayInterface): Promise<IncrementalGateway> {
  const server = new ApolloServer({ gateway, stopOnTerminationSignals: false, includeStacktraceInErrorResponses: false });
  await server.start();
  return {
    async execute(operation) {
      const { body } = await server.executeOperation(operation as never);
      if (body.kind !== 'single') throw new Error('The gateway returned an incremental response');
      return toJson(body.singleResult);
    },
    async executeIncrementally(operation) {
      const later: SubsequentResult[] = [];
      let parts: Parameters<OnSubsequentResults>[0] | undefined;
      const deliver: OnSubsequentResults = (delivered) => (parts = delivered);
      const { body } = await server.executeOperation(operation as never, { contextValue: { deliver } });
      if (body.kind !== 'single') throw new Error('Apollo Server returned an incremental response');
      for await (const part of parts ?? []) later.push(toJson(part) as SubsequentResult);
      return { first: toJson(body.singleResult), later };
    },
    close: () => server.stop(),
  };
}

const toJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** Creates the reference: Apollo's gateway on the same supergraph. */
export const createApolloGateway = (supergraph: string): Promise<InProcessGateway> =>
  startInProcess(new ApolloGateway({ supergraphSdl: supergraph, logger: silent as never }) as unknown as GatewayInterface);

const plannerHere = (sdl: string): Promise<Planner> => createLocalPlanner(sdl, { typeConditionedFetching: true, defer: true });

interface FederationGatewaySettings {
  planner?: (supergraph: string) => Promise<Planner>;
  onUndeferred?: (fault: PlanningError) => void;
}

/** Creates this project's gateway on a supergraph, with a planner in this thread. */
export async function createFederationGateway(
  supergraph: string,
  { planner = plannerHere, onUndeferred }: FederationGatewaySettings = {},
): Promise<IncrementalGateway> {
  const clients = new Map(subgraphUrls(supergraph).map(([name, url]) => [name, new SubgraphClient({ name, url, timeoutMs: 60_000 })]));
  const send: SendRequest = async (subgraph, body, isMutation) =>
    parseSubgraphResponse(subgraph, await clients.get(subgraph)!.post({ body, headers: {}, isRepeatable: !isMutation }));
  const federation = new FederationGateway({
    supergraph,
    createPlanner: planner,
    createSender: () => send,
    onUnreportedError: () => undefined,
    onSubsequentResults: ({ deliver }: { deliver?: OnSubsequentResults }) => deliver,
    onDeferFallback: onUndeferred,
    getCredentials: async () => ({ isAuthenticated: false, scopes: new Set(), policies: new Set() }),
  });
  const gateway = await startInProcess(federation);
  return {
    ...gateway,
    async firstEvent({ query, variables = {} }) {
      const document = parse(query);
      const operation = getOperationAST(document)!;
      const generation = federation.currentGeneration;
      const client = { document, operation, operationName: operation.name?.value ?? null, queryHash: query };
      const events = await generation
        .operation(client)
        .subscribe(federation.operationRequest({}, generation, variables), async function* (name, body) {
          yield { result: (await send(name, body, true)) as ExecutionResult };
        });
      if (!(Symbol.asyncIterator in events)) return toJson(events) as FormattedExecutionResult;
      for await (const { result } of events) return toJson(result) as FormattedExecutionResult;
      throw new Error('The subscription has no event.');
    },
    async close() {
      await gateway.close();
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

/** Returns the names and URLs of the subgraphs of a supergraph. */
export const subgraphUrls = (supergraph: string): [string, string][] =>
  [...supergraph.matchAll(/@join__graph\(name: "([^"]+)", url: "([^"]+)"\)/g)].map(([, name, url]) => [name!, url!]);

const silent = { debug() {}, info() {}, warn() {}, error() {} };
