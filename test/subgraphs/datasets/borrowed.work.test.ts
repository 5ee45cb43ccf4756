import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { correctFeedback, createDataset, createFeedback, PAGE_INFO, startRun, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'd' });

/** The entities as the gateway asks for them. */
async function entities<Entity = object>(viewer: Viewer | null, selection: string, of: readonly object[]) {
  const { data, errors } = await subgraph.execute<{ _entities: Entity[] }>(
    viewer,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ${selection} } }`,
    { of },
  );
  expect(errors).toBeUndefined();
  return data._entities;
}

describe('a model version', () => {
  const versions = (ids: readonly string[], rest: object = {}) => ids.map((id) => ({ __typename: 'ModelVersion', id, ...rest }));

  it('has its training run, in order and in one statement', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const runs = [
      await startRun(subgraph, viewer, datasetId, { algorithm: 'A' }),
      await startRun(subgraph, viewer, datasetId, { algorithm: 'B' }),
    ];
    const stranger = aMember();
    const foreign = await startRun(subgraph, stranger, await aDataset(stranger));
    subgraph.statements.take();
    const of = [runs[1], null, foreign, uuidv7(), runs[0]].map((trainingRunId) => ({
      __typename: 'ModelVersion',
      id: uuidv7(),
      trainingRunId,
    }));
    const answer = await entities<{ trainingRun: { algorithm: string } | null }>(
      viewer,
      '... on ModelVersion { trainingRun { algorithm } }',
      of,
    );
    expect(answer.map(({ trainingRun }) => trainingRun?.algorithm ?? null)).toEqual(['B', null, null, null, 'A']);
    expect(subgraph.statements.take()).toHaveLength(1);
  });

  it('has the feedback on its predictions', async () => {
    const viewer = aMember();
    const [datasetId, one, two] = [await aDataset(viewer), uuidv7(), uuidv7()];
    const wrong = await createFeedback(subgraph, viewer, datasetId, { modelVersionId: one, isCorrect: false });
    const right = await createFeedback(subgraph, viewer, datasetId, { modelVersionId: one });
    const other = await createFeedback(subgraph, viewer, datasetId, { modelVersionId: two });
    subgraph.statements.take();
    const answer = await entities(
      viewer,
      '... on ModelVersion { feedback { totalCount nodes { id } } wrong: feedback(filter: { isCorrect: false }) { nodes { id } } }',
      versions([two, one, uuidv7()]),
    );
    expect(answer).toEqual([
      { feedback: { totalCount: 1, nodes: [{ id: other }] }, wrong: { nodes: [] } },
      { feedback: { totalCount: 2, nodes: [{ id: right }, { id: wrong }] }, wrong: { nodes: [{ id: wrong }] } },
      { feedback: { totalCount: 0, nodes: [] }, wrong: { nodes: [] } },
    ]);
    expect(subgraph.statements.take()).toHaveLength(3);
    expect(await entities(aMember(), '... on ModelVersion { feedback { totalCount } }', versions([one]))).toEqual([
      { feedback: { totalCount: 0 } },
    ]);
  });
});

describe('a prediction', () => {
  const predictions = (ids: readonly string[]) => ids.map((id) => ({ __typename: 'Prediction', id }));

  it('has its current feedback, in one statement, and the history', async () => {
    const viewer = aMember();
    const [datasetId, judged, changed, unjudged] = [await aDataset(viewer), uuidv7(), uuidv7(), uuidv7()];
    const only = await createFeedback(subgraph, viewer, datasetId, { predictionId: judged });
    const first = await createFeedback(subgraph, viewer, datasetId, { predictionId: changed });
    const second = await correctFeedback(subgraph, viewer, first);
    const third = await correctFeedback(subgraph, viewer, second);
    subgraph.statements.take();
    expect(await entities(viewer, '... on Prediction { feedback { id } }', predictions([changed, unjudged, judged]))).toEqual([
      { feedback: { id: third } },
      { feedback: null },
      { feedback: { id: only } },
    ]);
    expect(subgraph.statements.take()).toHaveLength(1);
    const histories = await entities(
      viewer,
      '... on Prediction { feedbackHistory(orderBy: { field: CREATED_AT, direction: ASC }) { totalCount nodes { id } } }',
      predictions([changed, unjudged]),
    );
    expect(histories).toEqual([
      { feedbackHistory: { totalCount: 3, nodes: [{ id: first }, { id: second }, { id: third }] } },
      { feedbackHistory: { totalCount: 0, nodes: [] } },
    ]);
    const stranger = await entities(
      aMember(),
      '... on Prediction { feedback { id } feedbackHistory { totalCount } }',
      predictions([changed]),
    );
    expect(stranger).toEqual([{ feedback: null, feedbackHistory: { totalCount: 0 } }]);
  });

  it('has the new feedback after a correction in the same request', async () => {
    const viewer = aMember();
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer));
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($id: ID!) {
          one: predictionFeedbackCorrect(input: { id: $id, isCorrect: false }) {
            predictionFeedback {
              id
              prediction {
                feedback {
                  id
                }
              }
              supersedes {
                supersededBy {
                  id
                }
              }
            }
          }
        }
      `),
      { id },
    );
    const { predictionFeedback } = data.one;
    expect(predictionFeedback).toMatchObject({
      prediction: { feedback: { id: predictionFeedback.id } },
      supersedes: { supersededBy: { id: predictionFeedback.id } },
    });
  });
});

describe('an execution', () => {
  it('has pages of its training runs', async () => {
    const viewer = aMember();
    const [datasetId, sourceExecutionId] = [await aDataset(viewer), uuidv7()];
    const runs: string[] = [];
    for (let index = 0; index < 5; index += 1) runs.unshift(await startRun(subgraph, viewer, datasetId, { sourceExecutionId }));
    await startRun(subgraph, viewer, datasetId);
    const of = [sourceExecutionId, uuidv7()].map((id) => ({ __typename: 'Execution', id }));
    const [own, none] = await entities(viewer, '... on Execution { trainingRuns { totalCount nodes { id } } }', of);
    expect(own).toEqual({ trainingRuns: { totalCount: 5, nodes: runs.map((id) => ({ id })) } });
    expect(none).toEqual({ trainingRuns: { totalCount: 0, nodes: [] } });
    const page = async (args: string) =>
      (
        await entities<{ trainingRuns: Connection<{ id: string }> }>(
          viewer,
          `... on Execution { trainingRuns(${args}) { nodes { id } ${PAGE_INFO} } }`,
          of.slice(0, 1),
        )
      )[0]!.trainingRuns;
    expect((await readAllPages<{ id: string }>(false, page)).map(({ id }) => id)).toEqual(runs);
    expect(await entities(aMember(), '... on Execution { trainingRuns { totalCount } }', of)).toEqual([
      { trainingRuns: { totalCount: 0 } },
      { trainingRuns: { totalCount: 0 } },
    ]);
  });
});

describe('a user', () => {
  it('has the feedback that they wrote', async () => {
    const author = aMember();
    const colleague = aMember(author.organizationId);
    const datasetId = await aDataset(author);
    const first = await createFeedback(subgraph, author, datasetId);
    const correction = await correctFeedback(subgraph, colleague, first);
    const of = [colleague.userId, author.userId, uuidv7()].map((id) => ({ __typename: 'User', id }));
    expect(await entities(author, '... on User { feedback { totalCount nodes { id } } }', of)).toEqual([
      { feedback: { totalCount: 1, nodes: [{ id: correction }] } },
      { feedback: { totalCount: 1, nodes: [{ id: first }] } },
      { feedback: { totalCount: 0, nodes: [] } },
    ]);
    expect(await entities(aMember(), '... on User { feedback { totalCount } }', of.slice(0, 1))).toEqual([{ feedback: { totalCount: 0 } }]);
  });
});

describe('the training run entity', () => {
  it('has the id of its source execution', async () => {
    const viewer = aMember();
    const [datasetId, sourceExecutionId] = [await aDataset(viewer), uuidv7()];
    const of = [await startRun(subgraph, viewer, datasetId, { sourceExecutionId }), await startRun(subgraph, viewer, datasetId)].map(
      (id) => ({ __typename: 'TrainingRun', id }),
    );
    expect(await entities(viewer, '... on TrainingRun { sourceExecutionId }', of)).toEqual([
      { sourceExecutionId },
      { sourceExecutionId: null },
    ]);
  });
});

it('is UNAUTHENTICATED for an anonymous viewer', async () => {
  const { errors } = await subgraph.execute(
    null,
    graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on Prediction {
            feedback {
              id
            }
          }
        }
      }
    `),
    { of: [{ __typename: 'Prediction', id: uuidv7() }] },
  );
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});
