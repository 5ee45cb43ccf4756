import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GatewayConfig } from '../../gateway/config.js';
import { startGateway } from '../../gateway/gateway.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { TEST_CONFIG } from '../kit/gateway-config.js';

const KEYS = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
const PRODUCTS = ['1', '2'].map((id) => ({ id, name: `product ${id}` }));
const PLACE = { city: 'Oslo', shelves: ['a', 'b'] };

/** Three subgraphs: `inventory` is the one that fails, `shipping` requires one of its fields, `catalog` does not. */
const SUBGRAPHS = {
  catalog: {
    typeDefs: `${KEYS} type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! name: String! }`,
    resolvers: { Query: { products: () => PRODUCTS } },
  },
  inventory: {
    typeDefs: `${KEYS} scalar Notes
      type Query { places: [Place!] } type Mutation { restock(by: Int!): Int }
      type Place { city: String! shelves: [String!] }
      type Product @key(fields: "id") { id: ID! inStock: Int weight: Float place: Place notes: Notes }`,
    resolvers: {
      Query: { places: () => [PLACE] },
      Mutation: { restock: (_: unknown, { by }: { by: number }) => by },
      Product: { inStock: () => 7, weight: ({ id }: { id: string }) => Number(id) / 2, place: () => PLACE, notes: () => ({ tidy: true }) },
    },
  },
  shipping: {
    typeDefs: `${KEYS} type Product @key(fields: "id") {
      id: ID! weight: Float @external shippingCost: Float @requires(fields: "weight") shippingDays: Int }`,
    resolvers: { Product: { shippingCost: ({ weight }: { weight: number }) => weight * 10, shippingDays: () => 3 } },
  },
};

/** A graph whose gateway sends the requests for `inventory` to another server than the subgraph itself. */
export interface FaultyGraph {
  /** The subgraphs themselves, without faults. */
  served: ServedSubgraphs;
  /** The port of the server of all subgraphs. */
  port: number;
  /** Starts a gateway that sends the requests for `inventory` to this origin. */
  gateway(inventory: string, settings?: Partial<GatewayConfig>): Promise<OpenGateway>;
  close(): Promise<void>;
}

export interface OpenGateway {
  url: string;
  /** Sends an operation over HTTP and returns the response. */
  execute(query: string): Promise<ReceivedResponse>;
  /** Sends an operation on its own connection without reading the response; the returned function closes the connection. */
  begin(query: string): () => void;
  close(): Promise<void>;
}

export interface ReceivedResponse {
  status: number;
  /** The headers and the body as text. */
  raw: string;
  data: unknown;
  /** The error codes by response path. */
  errors: Record<string, string>;
  /** The time until the end of the response in milliseconds. */
  ms: number;
}

export async function faultyGraph(): Promise<FaultyGraph> {
  const served = await serveSubgraphs(SUBGRAPHS);
  const folder = mkdtempSync(join(tmpdir(), 'faulty-graph-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, served.supergraph);
  return {
    served,
    port: Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(served.supergraph)![1]),
    async gateway(inventory, settings) {
      const subgraphUrl = (name: string) => (name === 'inventory' ? `${inventory}/inventory` : undefined);
      const gateway = await startGateway({ ...CONFIG, supergraphFile, subgraphUrl, ...settings });
      const url = `${gateway.url}/graphql`;
      return { url, close: gateway.close, execute: (query) => ask(url, query), begin: (query) => begin(url, query) };
    },
    async close() {
      await served.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const CONFIG: GatewayConfig = { ...TEST_CONFIG, logLevel: 'silent', subgraphTimeoutMs: 1000 };

const asJson = { method: 'POST', headers: { 'content-type': 'application/json' } };

async function ask(url: string, query: string): Promise<ReceivedResponse> {
  const begun = performance.now();
  const response = await fetch(url, { ...asJson, body: JSON.stringify({ query }) });
  const body = await response.text();
  const ms = performance.now() - begun;
  const { data, errors = [] } = JSON.parse(body) as { data: unknown; errors?: { path?: string[]; extensions: { code: string } }[] };
  return {
    status: response.status,
    raw: `${[...response.headers].join('\n')}\n${body}`,
    data,
    errors: Object.fromEntries(errors.map(({ path, extensions }) => [path?.join('.') ?? '', extensions.code])),
    ms,
  };
}

function begin(url: string, query: string): () => void {
  const request = httpRequest(url, asJson).on('error', () => undefined);
  request.end(JSON.stringify({ query }));
  return () => void request.destroy();
}

/** Handles a request to `inventory`: responds by itself or with the response of the subgraph. */
export type RequestHandler = (exchange: Exchange) => unknown;

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Sends the request to the subgraph and returns its response. */
  forward(): Promise<unknown>;
}

export interface FakeSubgraph {
  origin: string;
  /** The number of requests received. */
  requests(): number;
  close(): Promise<void>;
}

/** Starts a server that receives the requests for `inventory`; `port` is that of the subgraphs. */
export async function startFakeSubgraph(port: number, behave: RequestHandler): Promise<FakeSubgraph> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const body = await text(request);
    const forward = async (): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}/inventory`, { method: 'POST', body })).json();
    await behave({ request, response, forward });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const sendJson = ({ response }: Exchange, content: unknown, status = 200, headers: Record<string, string> = {}): unknown =>
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof content === 'string' ? content : JSON.stringify(content));
