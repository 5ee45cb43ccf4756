import type { PrismaClient } from '../../../subgraphs/chat/generated/prisma/client.js';
import { chat } from '../../../subgraphs/chat/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { Mutation } from '../../kit/documents/chat.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';

/** The chat subgraph, and a client of its database for what the graph cannot do: ending sessions and counting rows. */
export interface RunningChat extends RunningSubgraph {
  database: PrismaClient;
}

export async function runChat(): Promise<RunningChat> {
  let database!: PrismaClient;
  const subgraph = await runSubgraph({ ...chat, connect: (adapter) => (database = chat.connect(adapter)) });
  return { ...subgraph, database };
}

type Input = Record<string, unknown>;

/** Sends a mutation with one input and returns its payload. Throws if the response has errors. */
export async function mutate<Name extends keyof Mutation & string>(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  mutation: Name,
  input: Input,
  fields: string,
): Promise<Mutation[Name]> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const { data, errors } = await subgraph.execute<Mutation>(
    viewer,
    `mutation ($input: ${type}) { ${mutation}(input: $input) { ${fields} userErrors { code field message } } }`,
    { input },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data[mutation];
}

async function create(subgraph: RunningSubgraph, viewer: Viewer, mutation: keyof Mutation, entity: string, input: Input): Promise<string> {
  const payload = await mutate(subgraph, viewer, mutation, input, `created: ${entity} { id }`);
  const { created } = payload as unknown as { created: { id: string } | null };
  if (!created) throw new Error(JSON.stringify(payload.userErrors));
  return created.id;
}

/** Creates a session and returns its id. */
export const createSession = (subgraph: RunningSubgraph, viewer: Viewer, input: Input = {}) =>
  create(subgraph, viewer, 'chatSessionCreate', 'chatSession', { title: 'Sales', ...input });

export const startTurn = (subgraph: RunningSubgraph, viewer: Viewer, sessionId: string, input: Input = {}) =>
  create(subgraph, viewer, 'chatTurnStart', 'chatTurn', { sessionId, userMessage: 'Describe the data.', ...input });

export const createFile = (subgraph: RunningSubgraph, viewer: Viewer, sessionId: string, input: Input = {}) =>
  create(subgraph, viewer, 'chatFileCreate', 'chatFile', {
    sessionId,
    filename: 'sales.csv',
    mimeType: 'text/csv',
    text: 'a,b\n1,2\n',
    ...input,
  });

export const createResult = (subgraph: RunningSubgraph, viewer: Viewer, sessionId: string, input: Input = {}) =>
  create(subgraph, viewer, 'analysisResultCreate', 'analysisResult', {
    sessionId,
    analysisType: 'STATISTICAL',
    result: { pearson: 0.87 },
    ...input,
  });

export const CHART = { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', mark: 'point' };
export const LONG_AGO = '2020-01-01T00:00:00.000Z';
export const FAR_AWAY = '2999-01-01T00:00:00.000Z';

/** Reads all pages with two nodes each, and returns the field of every node in the order of reading. */
export async function readAllPages(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  direction: 'forward' | 'backward',
  field: string,
  query: (page: string) => string,
  variables: object = {},
) {
  const [size, from, end, more] =
    direction === 'forward' ? ['first', 'after', 'endCursor', 'hasNextPage'] : ['last', 'before', 'startCursor', 'hasPreviousPage'];
  const values: unknown[] = [];
  for (let cursor: string | null = null; ;) {
    const { data, errors } = await subgraph.execute<object>(
      viewer,
      query(`${size}: 2${cursor === null ? '' : `, ${from}: ${JSON.stringify(cursor)}`}`),
      variables,
    );
    if (errors) throw new Error(JSON.stringify(errors));
    const page = connectionIn(data);
    values.push(...page.nodes.map((node) => node[field]));
    if (!page.pageInfo[more!]) return values;
    cursor = page.pageInfo[end!] as string;
  }
}

interface PageOfNodes {
  nodes: Record<string, unknown>[];
  pageInfo: Record<string, unknown>;
}

/** Returns the first connection below the data. */
function connectionIn(data: object): PageOfNodes {
  const value = Object.values(data)[0];
  return 'pageInfo' in value ? value : connectionIn(value);
}
