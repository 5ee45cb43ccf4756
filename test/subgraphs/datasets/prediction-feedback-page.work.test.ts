import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { correctFeedback, createDataset, createFeedback, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'd' });

describe('listing feedback', () => {
  it.each(['', 'm'])('calls the model version id "%s" BAD_USER_INPUT', async (id) => {
    const { errors } = await subgraph.execute(aMember(), `{ predictionFeedbacks(filter: { modelVersionId: "${id}" }) { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['ASC', 'DESC'])('pages by time %s, forward and backward, without repeating or skipping', async (direction) => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await createFeedback(subgraph, viewer, datasetId));
    const page = async (args: string) =>
      (
        await subgraph.execute<{ predictionFeedbacks: Connection<{ id: string }> }>(
          viewer,
          `{ predictionFeedbacks(${args}, orderBy: { field: CREATED_AT, direction: ${direction} }) { nodes { id } ${PAGE_INFO} } }`,
        )
      ).data.predictionFeedbacks;
    const expected = direction === 'ASC' ? ids : [...ids].reverse();
    expect((await readAllPages<{ id: string }>(false, page)).map(({ id }) => id)).toEqual(expected);
    expect((await readAllPages<{ id: string }>(true, page)).map(({ id }) => id)).toEqual([...expected].reverse());
  });

  it('filters by correctness, model version, currency and time, for a dataset and for all', async () => {
    const viewer = aMember();
    const [datasetId, other, modelVersionId] = [await aDataset(viewer), await aDataset(viewer), uuidv7()];
    const right = await createFeedback(subgraph, viewer, datasetId, { modelVersionId });
    const wrong = await createFeedback(subgraph, viewer, datasetId, { isCorrect: false });
    const corrected = await createFeedback(subgraph, viewer, datasetId, { modelVersionId });
    const correction = await correctFeedback(subgraph, viewer, corrected);
    const elsewhere = await createFeedback(subgraph, viewer, other, { isCorrect: false });
    const page = 'totalCount nodes { id }';
    const both = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($id: ID!, $filter: PredictionFeedbackFilter) {
            dataset(id: $id) {
              feedback(filter: $filter) {
                ${page}
              }
            }
            predictionFeedbacks(filter: $filter) {
              ${page}
            }
          }
        `),
        { id: datasetId, filter },
      );
      const idsOf = ({ totalCount, nodes }: { totalCount: number; nodes: { id: string }[] }) => {
        expect(totalCount).toBe(nodes.length);
        return nodes.map(({ id }) => id);
      };
      return [idsOf(data.dataset.feedback), idsOf(data.predictionFeedbacks)];
    };
    expect(await both({})).toEqual([
      [correction, corrected, wrong, right],
      [elsewhere, correction, corrected, wrong, right],
    ]);
    expect(await both({ isCorrect: false })).toEqual([
      [correction, wrong],
      [elsewhere, correction, wrong],
    ]);
    expect(await both({ modelVersionId })).toEqual([
      [correction, corrected, right],
      [correction, corrected, right],
    ]);
    expect(await both({ isCurrent: true })).toEqual([
      [correction, wrong, right],
      [elsewhere, correction, wrong, right],
    ]);
    expect(await both({ isCurrent: false })).toEqual([[corrected], [corrected]]);
    expect(await both({ isCurrent: true, isCorrect: true, modelVersionId })).toEqual([[right], [right]]);
    expect(await both({ createdFrom: '2020-01-01T00:00:00.000Z', isCurrent: false })).toEqual([[corrected], [corrected]]);
    expect(await both({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([[], []]);
  });

  it('calls a malformed model version id BAD_USER_INPUT', async () => {
    const { errors } = await subgraph.execute(
      aMember(),
      graphql('{ predictionFeedbacks(filter: { modelVersionId: "m" }) { nodes { id } } }'),
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes as many statements for many datasets and judgements as for one', async () => {
    const cost = async (rows: number) => {
      const viewer = aMember();
      for (let index = 0; index < rows; index += 1)
        await correctFeedback(subgraph, viewer, await createFeedback(subgraph, viewer, await aDataset(viewer)));
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        viewer,
        graphql(`
          {
            datasets(first: 50) {
              nodes {
                feedbackAccuracy {
                  accuracy
                  modelVersion {
                    id
                  }
                }
                feedback(first: 2) {
                  totalCount
                  nodes {
                    dataset {
                      name
                    }
                    supersedes {
                      id
                    }
                    supersededBy {
                      id
                    }
                    prediction {
                      feedback {
                        id
                      }
                      feedbackHistory(first: 2) {
                        totalCount
                        nodes {
                          id
                        }
                      }
                    }
                    modelVersion {
                      feedback(first: 2) {
                        totalCount
                        nodes {
                          id
                        }
                      }
                    }
                    author {
                      feedback(first: 1) {
                        nodes {
                          id
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        `),
      );
      expect(errors).toBeUndefined();
      expect(data.datasets.nodes).toHaveLength(rows);
      expect(data.datasets.nodes[0]!.feedback.nodes).toHaveLength(2);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(13);
  });
});

describe('the accuracy of feedback', () => {
  it('counts the current feedback of each model version, the most frequent first', async () => {
    const viewer = aMember();
    const [datasetId, other] = [await aDataset(viewer), await aDataset(viewer)];
    const [small, large, equal] = [uuidv7(), uuidv7(), uuidv7()];
    for (const isCorrect of [true, true, false]) await createFeedback(subgraph, viewer, datasetId, { modelVersionId: large, isCorrect });
    await correctFeedback(subgraph, viewer, await createFeedback(subgraph, viewer, datasetId, { modelVersionId: large, isCorrect: true }), {
      isCorrect: false,
    });
    await createFeedback(subgraph, viewer, datasetId, { modelVersionId: equal });
    await createFeedback(subgraph, viewer, datasetId, { modelVersionId: small, isCorrect: false });
    await createFeedback(subgraph, viewer, other, { modelVersionId: large });
    subgraph.statements.take();
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          datasets(orderBy: { field: CREATED_AT, direction: ASC }) {
            nodes {
              feedbackAccuracy {
                modelVersion {
                  id
                }
                judgedCount
                correctCount
                accuracy
              }
            }
          }
        }
      `),
    );
    expect(subgraph.statements.take()).toHaveLength(2);
    expect(data.datasets.nodes).toEqual([
      {
        feedbackAccuracy: [
          { modelVersion: { id: large }, judgedCount: 4, correctCount: 2, accuracy: 0.5 },
          { modelVersion: { id: small }, judgedCount: 1, correctCount: 0, accuracy: 0 },
          { modelVersion: { id: equal }, judgedCount: 1, correctCount: 1, accuracy: 1 },
        ],
      },
      { feedbackAccuracy: [{ modelVersion: { id: large }, judgedCount: 1, correctCount: 1, accuracy: 1 }] },
    ]);
  });

  it('is empty without feedback', async () => {
    const viewer = aMember();
    const id = await aDataset(viewer);
    expect(
      (await subgraph.execute(viewer, graphql('query ($id: ID!) { dataset(id: $id) { feedbackAccuracy { accuracy } } }'), { id })).data
        .dataset,
    ).toEqual({ feedbackAccuracy: [] });
  });
});
