import { waitForProfile } from '../subgraphs/datasets/arrange.js';
import { graphql } from '../kit/documents/api.js';
import type { UserError } from '../kit/documents/response.js';
import { runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
beforeAll(async () => void (graph = await runGraph()));
afterAll(() => graph.close());

/** Runs a mutation that must succeed and answers what it made. */
async function made(token: string, mutation: string, type: string, entity: string, fields: string, input: object) {
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${entity} { ${fields} } userErrors { code field message } } }`;
  const { data, errors } = await graph.execute<Record<string, Record<string, { id: string }> & { userErrors: UserError[] }>>(token, query, {
    input,
  });
  expect({ errors, userErrors: data?.[mutation]?.userErrors }).toEqual({ errors: undefined, userErrors: [] });
  return data[mutation]![entity]!;
}

const viewerOf = ({ organizationId, userId }: NewOrganization) => ({ organizationId, userId, roles: ['MEMBER' as const], scopes: [] });

it('reports accuracy, drift, and usage of a model in one graph, and creates a dataset from its mistakes', async () => {
  const organization = await graph.createOrganization();
  const token = organization.apiKeyToken;
  const rows = Array.from({ length: 120 }, (_, index) => `${index},${index % 2 === 0 ? 'Adelie' : 'Gentoo'}`);
  const file = await made(token, 'storedFileCreate', 'StoredFileCreateInput', 'storedFile', 'id', {
    filename: 'penguins.csv',
    mimeType: 'text/csv',
    text: `mass,species\n${rows.join('\n')}\n`,
  });
  const dataset = await made(token, 'datasetCreate', 'DatasetCreateInput', 'dataset', 'id', {
    name: 'penguins',
    source: 'UPLOAD',
    fileId: file.id,
  });
  expect(await waitForProfile(graph.subgraphs.datasets, viewerOf(organization), dataset.id)).toBe('READY');
  const run = await made(token, 'trainingRunStart', 'TrainingRunStartInput', 'trainingRun', 'id', {
    ...{ datasetId: dataset.id, problemType: 'CLASSIFICATION', target: 'species', features: ['mass'], algorithm: 'by hand' },
  });
  const model = await made(token, 'modelCreate', 'ModelCreateInput', 'model', 'id', { name: 'species', framework: 'none' });
  const version = await made(token, 'modelVersionCreate', 'ModelVersionCreateInput', 'modelVersion', 'id', {
    ...{ modelId: model.id, trainingStrategy: 'CUSTOM', trainingRunId: run.id, datasetId: dataset.id },
  });
  const deployment = await made(token, 'deploymentCreate', 'DeploymentCreateInput', 'deployment', 'id', {
    ...{ modelVersionId: version.id, environment: 'PRODUCTION', status: 'ACTIVE' },
  });
  const predictions: { id: string }[] = [];
  for (let index = 0; index < 100; index += 1)
    predictions.push(
      await made(token, 'predictionRecord', 'PredictionRecordInput', 'prediction', 'id', {
        ...{ modelVersionId: version.id, deploymentId: deployment.id, input: { mass: 1000 + index }, output: { label: 'Adelie' } },
        ...{ outcome: 'SUCCEEDED', confidence: 0.5, latencyMs: index + 1 },
      }),
    );
  for (const [index, actualOutcome] of ['Adelie', 'Gentoo', 'Gentoo', 'Adelie'].entries())
    await made(token, 'predictionFeedbackCreate', 'PredictionFeedbackCreateInput', 'predictionFeedback', 'id', {
      ...{ predictionId: predictions[index]!.id, actualOutcome },
    });

  const mistakes = await made(
    token,
    'datasetCreateFromPredictions',
    'DatasetCreateFromPredictionsInput',
    'dataset',
    'id sourceModelVersion { number model { name } }',
    { name: 'mistakes', modelVersionId: version.id },
  );
  expect(mistakes).toMatchObject({ sourceModelVersion: { number: 1, model: { name: 'species' } } });
  expect(await waitForProfile(graph.subgraphs.datasets, viewerOf(organization), mistakes.id)).toBe('READY');

  const { data, errors } = await graph.execute(
    token,
    graphql(`
      query ($dataset: ID!, $mistakes: ID!) {
        dataset(id: $dataset) {
          feedbackAccuracy {
            judgedCount
            predictionCount
            coverage
            correctCount
            accuracy
            modelVersion {
              number
            }
          }
          dependents {
            trainingRunCount
            modelVersions {
              number
            }
            liveDeployments {
              environment
              usage {
                total {
                  count
                  errorRate
                  p50LatencyMs
                  p95LatencyMs
                }
              }
              drift {
                sampleSize
                dataset {
                  name
                }
                features {
                  name
                  status
                  current {
                    above
                  }
                }
              }
            }
          }
        }
        mistakes: dataset(id: $mistakes) {
          rowCount
          columns {
            name
          }
          preview
        }
        viewer {
          usage(groupBy: MODEL_VERSION) {
            modelVersion {
              number
              trainingRun {
                algorithm
              }
            }
            total {
              count
            }
          }
        }
      }
    `),
    { dataset: dataset.id, mistakes: mistakes.id },
  );
  expect(errors).toBeUndefined();
  expect(data.dataset).toEqual({
    feedbackAccuracy: [
      { judgedCount: 4, predictionCount: 100, coverage: 0.04, correctCount: 2, accuracy: 0.5, modelVersion: { number: 1 } },
    ],
    dependents: {
      trainingRunCount: 1,
      modelVersions: [{ number: 1 }],
      liveDeployments: [
        {
          environment: 'PRODUCTION',
          usage: { total: { count: 100, errorRate: 0, p50LatencyMs: 50.5, p95LatencyMs: 95.05 } },
          drift: {
            sampleSize: 100,
            dataset: { name: 'penguins' },
            features: [{ name: 'mass', status: 'DRIFTED', current: { above: 100 } }],
          },
        },
      ],
    },
  });
  expect(data.viewer.usage).toEqual([{ modelVersion: { number: 1, trainingRun: { algorithm: 'by hand' } }, total: { count: 100 } }]);
  expect(data.mistakes).toEqual({
    rowCount: 2,
    columns: ['mass', 'species', 'prediction_id'].map((name) => ({ name })),
    preview: [1, 2].map((index) => [String(1000 + index), 'Gentoo', predictions[index]!.id]),
  });

  const refused = await graph.execute(
    token,
    graphql(`
      mutation ($id: ID!) {
        datasetDelete(input: { id: $id }) {
          deleted {
            id
          }
          userErrors {
            code
            message
          }
        }
      }
    `),
    { id: dataset.id },
  );
  expect(refused.data.datasetDelete).toEqual({
    deleted: null,
    userErrors: [
      {
        code: 'IN_USE',
        message:
          'Model versions that were trained on it are in use: version 1 of "species" in PRODUCTION. ' +
          'Stop the deployments and delete the aliases first.',
      },
    ],
  });
});
