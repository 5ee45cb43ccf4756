import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { graphClient, type GraphClient } from '../../samples/graph-client.js';
import { freePort, startServer } from '../kit/process.js';

/** The platform that `npm start` runs, with its sample data. */
export interface Platform {
  url: string;
  /** The headers that authorize a client. */
  headers: { authorization: string };
  graph: GraphClient;
  end(): Promise<void>;
}

/** The longest time that the gateway allows, for the sample data on a busy machine. */
const PATIENT = { SUBGRAPH_TIMEOUT_MS: '15000', GATEWAY_MAX_REQUEST_MS: '15000' };

export async function startPlatform(environment: Record<string, string>): Promise<Platform> {
  const folder = mkdtempSync(`${tmpdir()}/clients-`);
  const server = startServer('start.js', { DATA_FOLDER: folder, PORT: String(await freePort()), ...PATIENT, ...environment });
  const [, origin, key] = await server.printed(/Explorer\s+(http:\/\/[^/]+)\/#key=(\S+)/);
  const url = `${origin}/graphql`;
  return {
    url,
    headers: { authorization: `Bearer ${key}` },
    graph: graphClient(url, key!),
    async end() {
      await server.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A request as a client sent it. */
export interface SentRequest {
  method: string;
  query?: string;
  /** The hash of a persisted query. */
  hash?: string;
  /** The id of a trusted document. */
  doc_id?: string;
}

/** Returns a `fetch` for a client, and the list of the requests that it has sent. */
export function recordFetch(): { fetch: typeof fetch; sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: (input, init) => {
      const parameters = new URL(String(input)).searchParams;
      const { query, doc_id, extensions } = init?.body
        ? JSON.parse(String(init.body))
        : { query: parameters.get('query') ?? undefined, extensions: JSON.parse(parameters.get('extensions') ?? '{}') };
      sent.push({ method: init?.method ?? 'GET', query, doc_id, hash: extensions?.persistedQuery?.sha256Hash });
      return fetch(input, init);
    },
  };
}

/** Creates a chat session and returns its id. */
export async function createSession(graph: GraphClient, title: string): Promise<string> {
  const { chatSessionCreate } = await graph.run(
    'mutation ($title: String!) { chatSessionCreate(input: { title: $title }) { chatSession { id } } }',
    { title },
  );
  return chatSessionCreate.chatSession.id;
}
