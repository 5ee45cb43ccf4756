import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { readyDataset } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { TypedDocument } from '../../kit/documents/typed-document.js';
import type { GraphQLResponse } from '../../kit/documents/response.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** Stores a CSV text and returns the id of the file. */
export async function createFile(subgraph: RunningSubgraph, viewer: Viewer, text = 'a,b\n1,2\n', filename = 'rows.csv'): Promise<string> {
  const input = { filename, mimeType: 'text/csv', text };
  const { data } = await subgraph.execute(
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

/** Waits until a dataset is profiled, and returns its status. */
export async function waitForProfile(subgraph: RunningSubgraph, viewer: Viewer, id: string): Promise<'READY' | 'FAILED'> {
  for (;;) {
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { dataset(id: $id) { status } }'), { id });
    if (data.dataset.status === 'READY' || data.dataset.status === 'FAILED') return data.dataset.status;
    await sleep(25);
  }
}

/**
 * Inserts a profiled dataset with its own file and one row, without a copy of its table, for tests that read neither rows
 * nor profile. Returns its id.
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

/** Creates a dataset from a text and returns its id, after it is profiled unless `isAwaited` is false. */
export async function profileDataset(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  { text, isAwaited = true, ...rest }: { name: string; text?: string; source?: string; isAwaited?: boolean },
): Promise<string> {
  const input = { source: 'UPLOAD', ...rest, fileId: await createFile(subgraph, viewer, text) };
  const { data } = await subgraph.execute(
    viewer,
    graphql('mutation ($input: DatasetCreateInput!) { datasetCreate(input: $input) { dataset { id } } }'),
    { input },
  );
  const { id } = data.datasetCreate.dataset;
  if (isAwaited) expect(await waitForProfile(subgraph, viewer, id)).toBe('READY');
  return id;
}

/** Starts a run on a dataset with the columns a and b, and returns its id. */
export async function startRun(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
  const input = { datasetId, problemType: 'REGRESSION', target: 'b', features: ['a'], algorithm: 'XGBoost', ...rest };
  const { data } = await subgraph.execute(
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

/** Finishes a run, by default as SUCCEEDED. */
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
  const { data } = await subgraph.execute(viewer, finish, { input });
  expect(data.trainingRunFinish.userErrors).toEqual([]);
}

/** Creates a finished run with one metric, and returns its id. */
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

/** Creates a workspace and returns its id. */
export async function createWorkspace(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
  const input = { datasetId, name: 'w', ...rest };
  const { data } = await subgraph.execute(
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

/** Creates feedback on a prediction, by default on a new one, and returns its id. */
export async function createFeedback(subgraph: RunningSubgraph, viewer: Viewer, datasetId: string, rest: object = {}): Promise<string> {
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
  const { data } = await subgraph.execute(viewer, create, { input });
  return data.predictionFeedbackCreate.predictionFeedback.id;
}

/** Corrects feedback and returns the id of the correction. */
export async function correctFeedback(subgraph: RunningSubgraph, viewer: Viewer, id: string, rest: object = {}): Promise<string> {
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
  const { data } = await subgraph.execute(viewer, change, { input });
  return data.predictionFeedbackCorrect.predictionFeedback.id;
}

/** Sends all inputs concurrently, on open connections, so that they run concurrently in the database. */
export async function executeConcurrently<Result>(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  document: TypedDocument<Result, { input: unknown }>,
  inputs: readonly object[],
): Promise<GraphQLResponse<Result>[]> {
  await Promise.all(inputs.map(() => subgraph.execute(viewer, graphql('{ datasets { totalCount } }'))));
  return Promise.all(inputs.map((input) => subgraph.execute(viewer, document, { input })));
}

/** Returns a list with the same item ten times. */
export const tenTimes = <Item>(item: Item): Item[] => Array.from({ length: 10 }, () => item);

/**
 * Returns every node of a connection, read in pages of two. `page` gets the arguments of the field and returns the
 * connection, which selects `pageInfo { endCursor startCursor hasNextPage hasPreviousPage }`.
 */
export async function readAllPages<Node>(
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
