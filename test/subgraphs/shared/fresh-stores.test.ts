import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createDataset } from '../datasets/arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

describe('two mutations of one request', () => {
  it('each return rows, counts, and pages that include their own change', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const input = { datasetId, problemType: 'REGRESSION', target: 'b', features: ['a'], algorithm: 'x' };
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($input: TrainingRunStartInput!) {
          one: trainingRunStart(input: $input) {
            trainingRun {
              dataset {
                trainingCount
                trainingRuns {
                  totalCount
                  nodes {
                    id
                  }
                }
              }
            }
          }
          two: trainingRunStart(input: $input) {
            trainingRun {
              dataset {
                trainingCount
                trainingRuns {
                  totalCount
                  nodes {
                    id
                  }
                }
              }
            }
          }
        }
      `),
      { input },
    );
    const seen = (name: 'one' | 'two') => data[name].trainingRun.dataset;
    expect([seen('one').trainingCount, seen('one').trainingRuns.totalCount, seen('one').trainingRuns.nodes.length]).toEqual([1, 1, 1]);
    expect([seen('two').trainingCount, seen('two').trainingRuns.totalCount, seen('two').trainingRuns.nodes.length]).toEqual([2, 2, 2]);
  });
});
