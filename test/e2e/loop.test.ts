import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { graphql } from '../kit/documents/api.js';
import { createLifecycle } from '../kit/lifecycle.js';
import { runGraph, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
beforeAll(async () => void (graph = await runGraph({ limits: { ...DEFAULT_LIMITS, cost: 200_000 } })));
afterAll(() => graph.close());

/** The statements that each subgraph sent since the last call. */
const takeStatements = () =>
  Object.fromEntries(Object.entries(graph.subgraphs).map(([name, subgraph]) => [name, subgraph.statements.take().length]));

const LOOP = graphql(`
  {
    datasets(first: 50) {
      nodes {
        name
        trainingRuns(first: 5) {
          nodes {
            algorithm
            modelVersions(first: 5) {
              nodes {
                number
                deployments(first: 5) {
                  nodes {
                    status
                    predictions(first: 10) {
                      nodes {
                        status
                        feedback {
                          isCorrect
                          actualOutcome
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
`);

describe('the lifecycle of a dataset in one request', () => {
  it('selects from a dataset to the feedback on its predictions', async () => {
    const organization = await graph.createOrganization();
    await createLifecycle(graph, organization, 1);
    const { data, errors } = await graph.execute(organization.apiKeyToken, LOOP);
    expect(errors).toBeUndefined();
    const version = (number: number) => ({
      number,
      deployments: {
        nodes: [
          {
            status: 'ACTIVE',
            predictions: {
              nodes: expect.arrayContaining([
                { status: 'SUCCEEDED', feedback: { isCorrect: true, actualOutcome: 'b' } },
                { status: 'SUCCEEDED', feedback: { isCorrect: false, actualOutcome: 'c' } },
              ]),
            },
          },
        ],
      },
    });
    expect(data.datasets.nodes).toEqual([
      {
        name: 'dataset 0',
        trainingRuns: {
          nodes: expect.arrayContaining([1, 2].map((number) => ({ algorithm: 'a', modelVersions: { nodes: [version(number)] } }))),
        },
      },
    ]);
  });

  it('selects from feedback back to the columns of the dataset', async () => {
    const organization = await graph.createOrganization();
    await createLifecycle(graph, organization, 1);
    const { data, errors } = await graph.execute(
      organization.apiKeyToken,
      graphql(`
        {
          predictionFeedbacks(first: 1, filter: { isCorrect: false }) {
            nodes {
              author {
                email
              }
              prediction {
                input
                modelVersion {
                  number
                  trainingRun {
                    algorithm
                    dataset {
                      name
                      columns {
                        name
                        dtype
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
    expect(data.predictionFeedbacks.nodes).toEqual([
      {
        author: { email: organization.email },
        prediction: {
          input: { x: 1 },
          modelVersion: {
            number: expect.any(Number),
            trainingRun: {
              algorithm: 'a',
              dataset: {
                name: 'dataset 0',
                columns: [
                  { name: 'x', dtype: 'FLOAT' },
                  { name: 'y', dtype: 'STRING' },
                ],
              },
            },
          },
        },
      },
    ]);
  });

  it('sends one statement for each level: as many for 50 datasets as for one', async () => {
    const cost = async (datasetCount: number) => {
      const organization = await graph.createOrganization();
      await createLifecycle(graph, organization, datasetCount);
      await graph.execute(organization.apiKeyToken, graphql('{ __typename }'));
      takeStatements();
      const { data, errors } = await graph.execute(organization.apiKeyToken, LOOP);
      expect(errors).toBeUndefined();
      expect(data.datasets.nodes).toHaveLength(datasetCount);
      return takeStatements();
    };
    const one = await cost(1);
    // datasets: datasets, runs, feedback. serving: versions, deployments, predictions.
    expect(one).toEqual({ datasets: 3, chat: 0, documents: 0, serving: 3, devlab: 0 });
    expect(await cost(50)).toEqual(one);
  });

  it('returns nothing to another organization', async () => {
    const owner = await graph.createOrganization();
    const { datasetIds } = await createLifecycle(graph, owner, 1);
    const stranger = await graph.createOrganization();
    const { data } = await graph.execute(
      stranger.apiKeyToken,
      graphql(`
        query ($id: ID!) {
          dataset(id: $id) {
            name
          }
          datasets {
            totalCount
          }
          predictions {
            totalCount
          }
        }
      `),
      { id: datasetIds[0] },
    );
    expect(data).toEqual({ dataset: null, datasets: { totalCount: 0 }, predictions: { totalCount: 0 } });
  });
});
