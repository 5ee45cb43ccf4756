import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { readyDataset } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { TypedDocument } from '../../kit/documents/typed-document.js';
import type { GraphQLResponse } from '../../kit/documents/response.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** Stores a CSV text and answers its id. */
export async function createFile(subgraph: RunningSubgraph, viewer: Viewer, text = 'a,b\n1,2\n', filename = 'rows.csv'): Promise<string> {
  const input = { filename, mimeType: 'text/csv', text };
  const { data } = await subgraph.ask(
    viewer,
    graphql(`
      mutation ($input: StoredFileCreateInput!) {
        storedFileCreate(input: $input) {
          storedFile {
            id
          }
        }
      }
    `),
    { input },
  );
  return data.storedFileCreate.storedFile.id;
}

/** Waits until a dataset's file was read, and answers how that ended. */
export async function settled(subgraph: RunningSubgraph, viewer: Viewer, id: string): Promise<'READY' | 'FAILED'> {
  for (;;) {
    const { data } = await subgraph.ask(viewer, graphql('query ($id: ID!) { dataset(id: $id) { status } }'), { id });
    if (data.dataset.status === 'READY' || data.dataset.status === 'FAILED') return data.dataset.status;
    await sleep(25);
  }
}

/**
 * A dataset with a file of its own and one row, as profiling leaves it, but without a copy of its table: for tests that
 * read neither rows nor profile. Answers its id.
 */
export async function createDataset(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  { name, columns: names = ['a', 'b'] }: { name: string; columns?: string[] },
): Promise<string> {
  const fileId = await createFile(subgraph, viewer);
  const columns = names.map((column) => ({ name: column, dtype: 'INTEGER' }));
  const about = { name, columns, rowCount: 1, preview: [names.map((_, index) => String(index + 1))] };
  const row = { ...readyDataset({ orgId: viewer.organizationId, fileId }), ...about };
  await (subgraph.client as PrismaClient).dataset.create({ data: row });
  return row.id;
}

/** Creates a dataset of a text and answers its id, when a worker has read it; sooner where nobody will wait for that. */
export async function profileDataset(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  { text, isAwaited = true, ...rest }: { name: string; text?: string; source?: string; isAwaited?: boolean },
): Promise<string> {
  const input = { source: 'UPLOAD', ...rest, fileId: await createFile(subgraph, viewer, text) };
  const { data } = await subgraph.ask(
    viewer,
    graphql('mutation ($input: DatasetCreateInput!) { datasetCreate(input: $input) { dataset { id } } }'),
    { input },
  );
  const { id } = data.datasetCreate.dataset;
  if (isAwaited) expect(await settled(subgraph, viewer, id)).toBe('READY');
  return id;
}

/** Starts a run on a dataset with the columns a and b, and answers its id. */
export async function startRun(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
  const input = { datasetId, problemType: 'REGRESSION', target: 'b', features: ['a'], algorithm: 'XGBoost', ...rest };
  const { data } = await subgraph.ask(
    viewer,
    graphql(`
      mutation ($input: TrainingRunStartInput!) {
        trainingRunStart(input: $input) {
          trainingRun {
            id
          }
        }
      }
    `),
    { input },
  );
  return data.trainingRunStart.trainingRun.id;
}

/** Finishes a run, as a success where nothing else is said. */
export async function finishRun(subgraph: RunningSubgraph, viewer: Viewer, id: string, rest: object = {}): Promise<void> {
  const input = { id, outcome: 'SUCCEEDED', ...rest };
  const finish = graphql(`
    mutation ($input: TrainingRunFinishInput!) {
      trainingRunFinish(input: $input) {
        userErrors {
          message
        }
      }
    }
  `);
  const { data } = await subgraph.ask(viewer, finish, { input });
  expect(data.trainingRunFinish.userErrors).toEqual([]);
}

/** A run that ended with one figure. */
export async function createRun(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  datasetId: string,
  figure: object,
  rest: object = {},
  end: object = {},
): Promise<string> {
  const id = await startRun(subgraph, viewer, datasetId, rest);
  await finishRun(subgraph, viewer, id, { metrics: [{ name: 'r2', ...figure }], ...end });
  return id;
}

/** Saves a new workspace and answers its id. */
export async function createWorkspace(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
  const input = { datasetId, name: 'w', ...rest };
  const { data } = await subgraph.ask(
    viewer,
    graphql(`
      mutation ($input: WorkspaceCreateInput!) {
        workspaceCreate(input: $input) {
          workspace {
            id
          }
        }
      }
    `),
    { input },
  );
  return data.workspaceCreate.workspace.id;
}

/** Judges a prediction (a new one where none is named) and answers the judgement's id. */
export async function judge(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
  const input = { datasetId, predictionId: uuidv7(), modelVersionId: uuidv7(), isCorrect: true, ...rest };
  const create = graphql(`
    mutation ($input: PredictionFeedbackCreateInput!) {
      predictionFeedbackCreate(input: $input) {
        predictionFeedback {
          id
        }
      }
    }
  `);
  const { data } = await subgraph.ask(viewer, create, { input });
  return data.predictionFeedbackCreate.predictionFeedback.id;
}

/** Corrects a judgement and answers the correction's id. */
export async function correct(subgraph: RunningSubgraph, viewer: Viewer, id: string, rest: object = {}): Promise<string> {
  const input = { id, isCorrect: false, ...rest };
  const change = graphql(`
    mutation ($input: PredictionFeedbackCorrectInput!) {
      predictionFeedbackCorrect(input: $input) {
        predictionFeedback {
          id
        }
      }
    }
  `);
  const { data } = await subgraph.ask(viewer, change, { input });
  return data.predictionFeedbackCorrect.predictionFeedback.id;
}

/** Asks with all the inputs at once, on connections that are open already, so that they really meet in the database. */
export async function atOnce<Result>(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  document: TypedDocument<Result, { input: unknown }>,
  inputs: readonly object[],
): Promise<GraphQLResponse<Result>[]> {
  await Promise.all(inputs.map(() => subgraph.ask(viewer, graphql('{ datasets { totalCount } }'))));
  return Promise.all(inputs.map((input) => subgraph.ask(viewer, document, { input })));
}

/** The same ten times. */
export const ten = <Item>(item: Item): Item[] => Array.from({ length: 10 }, () => item);

/**
 * Every node of a connection, page by page with two rows each; `page` is asked with `arguments` for its field and
 * answers the connection, which selects `pageInfo { endCursor startCursor hasNextPage hasPreviousPage }`.
 */
export async function walk<Node>(
  backward: boolean,
  page: (pageArguments: string) => Promise<{ nodes: Node[]; pageInfo: Record<string, unknown> }>,
): Promise<Node[]> {
  const [size, from, end, more] = backward
    ? ['last', 'before', 'startCursor', 'hasPreviousPage']
    : ['first', 'after', 'endCursor', 'hasNextPage'];
  const nodes: Node[] = [];
  for (let cursor: unknown = null; ;) {
    const { nodes: some, pageInfo } = await page(`${size}: 2, ${from}: ${JSON.stringify(cursor)}`);
    nodes.push(...(backward ? [...some].reverse() : some));
    if (!pageInfo[more!]) return nodes;
    cursor = pageInfo[end!];
  }
}

export const PAGE_INFO = 'pageInfo { startCursor endCursor hasNextPage hasPreviousPage }';
