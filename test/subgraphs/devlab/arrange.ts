import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';
import { aPlatformAdmin } from '../../kit/viewers.js';

/** Creates an entity and returns its id. Throws if the input is refused. */
async function create(subgraph: RunningSubgraph, viewer: Viewer, mutation: string, entity: string, input: object): Promise<string> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await subgraph.execute<Record<string, Record<string, { id: string } | null>>>(
    viewer,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${entity} { id } userErrors { code field message } } }`,
    { input },
  );
  const created = answer.data?.[mutation]?.[entity];
  if (!created) throw new Error(JSON.stringify(answer));
  return created.id;
}

export const createProject = (subgraph: RunningSubgraph, viewer: Viewer, input: object = {}): Promise<string> =>
  create(subgraph, viewer, 'projectCreate', 'project', { name: 'project', language: 'PYTHON', ...input });

export const createFile = (
  subgraph: RunningSubgraph,
  viewer: Viewer,
  projectId: string,
  path: string,
  input: object = {},
): Promise<string> => create(subgraph, viewer, 'projectFileCreate', 'projectFile', { projectId, path, content: 'x', ...input });

/** Returns the input of an execution that SUCCEEDED, by default after one second. */
export const aRun = (projectId: string, milliseconds = 1_000) => ({
  projectId,
  language: 'PYTHON',
  code: 'print("hello")',
  status: 'SUCCEEDED',
  stdout: 'hello\n',
  exitCode: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString(),
});

export const recordExecution = (
  subgraph: RunningSubgraph,
  viewer: Viewer,
  projectId: string,
  input: object = {},
  milliseconds?: number,
): Promise<string> => create(subgraph, viewer, 'executionRecord', 'execution', { ...aRun(projectId, milliseconds), ...input });

/** Returns a unique word, because all organizations share the catalogue. */
export const aWord = (): string => uuidv7().replaceAll('-', '');

const entry = () => ({ code: aWord(), name: 'name', icon: '*', description: 'description' });

export const anIndustry = (input: object = {}) => ({ ...entry(), ...input });
export const aCategory = (input: object = {}) => ({ ...entry(), displayOrder: 0, ...input });
export const aTool = (input: object = {}) => ({
  ...entry(),
  category: 'play',
  interactionType: 'INPUT',
  visualizationType: 'TEXT',
  modelPromptTemplate: 'Answer {{question}}.',
  ...input,
});

export const createIndustry = (subgraph: RunningSubgraph, input: object = {}): Promise<string> =>
  create(subgraph, aPlatformAdmin(), 'industryCreate', 'industry', anIndustry(input));

export const createCategory = (subgraph: RunningSubgraph, input: object = {}): Promise<string> =>
  create(subgraph, aPlatformAdmin(), 'useCaseCategoryCreate', 'useCaseCategory', aCategory(input));

export const createTool = (subgraph: RunningSubgraph, input: object = {}): Promise<string> =>
  create(subgraph, aPlatformAdmin(), 'discoveryToolCreate', 'discoveryTool', aTool(input));

export const aUseCase = (industryId: string, categoryId: string, input: object = {}) => ({
  code: aWord(),
  name: 'use case',
  industryId,
  categoryId,
  shortDescription: 'short',
  fullDescription: 'full',
  keywords: ['word'],
  tips: ['tip'],
  theory: '# Theory',
  ...input,
});

export const createUseCase = (subgraph: RunningSubgraph, industryId: string, categoryId: string, input: object = {}): Promise<string> =>
  create(subgraph, aPlatformAdmin(), 'useCaseCreate', 'useCase', aUseCase(industryId, categoryId, input));

/** A page of a connection as the tests select it. */
interface Page {
  nodes: Record<string, unknown>[];
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
}

/** The selection beside the nodes that `readAllPages` needs. */
export const PAGE_INFO = 'pageInfo { startCursor endCursor hasNextPage hasPreviousPage }';

/** Reads all rows in pages of two, and returns them in the order of reading. */
export async function readAllPages(way: 'forward' | 'backward', read: (args: string) => Promise<Page>): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let place = ''; ;) {
    const { nodes, pageInfo } = await read(way === 'forward' ? `first: 2${place}` : `last: 2${place}`);
    rows.push(...(way === 'forward' ? nodes : [...nodes].reverse()));
    if (!(way === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return rows;
    place = way === 'forward' ? `, after: "${pageInfo.endCursor}"` : `, before: "${pageInfo.startCursor}"`;
  }
}
