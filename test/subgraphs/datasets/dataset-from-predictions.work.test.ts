import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { toCsv } from '../../../subgraphs/datasets/dataset-from-predictions/csv.js';
import { feedbackTable, labelOf } from '../../../subgraphs/datasets/dataset-from-predictions/dataset-from-predictions.rules.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets as createDatasetsSubgraph } from '../../../subgraphs/datasets/subgraph.js';
import { startStubPeer } from '../../kit/stub-peer.js';
import { datasetsWithoutServing, filesConfig } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { runSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { aUser, createVersion, recordPrediction } from '../serving/arrange.js';
import { correctFeedback, createDataset, createFeedback, profileDataset, waitForProfile, startRun } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

const CREATE = graphql(`
  mutation ($input: DatasetCreateFromPredictionsInput!) {
    datasetCreateFromPredictions(input: $input) {
      dataset {
        id
        name
        source
        sourceModelVersion {
          id
        }
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const attempt = async (viewer: Viewer, input: object) =>
  (await peers.datasets.execute(viewer, CREATE, { input: { name: 'mistakes', ...input } })).data.datasetCreateFromPredictions;

/** The file of a new dataset, when its profile is READY. */
async function made(viewer: Viewer, input: object) {
  const { dataset, userErrors } = await attempt(viewer, input);
  expect(userErrors).toEqual([]);
  expect(await waitForProfile(peers.datasets, viewer, dataset.id)).toBe('READY');
  const query = graphql(`
    query ($id: ID!) {
      dataset(id: $id) {
        rowCount
        columns {
          name
          dtype
        }
        file {
          text
          metadata
        }
      }
    }
  `);
  return { ...dataset, ...(await peers.datasets.execute(viewer, query, { id: dataset.id })).data.dataset };
}

const counts = async (viewer: Viewer) => {
  const { data } = await peers.datasets.execute(viewer, graphql('{ datasets { totalCount } storedFiles { totalCount } }'));
  return [data.datasets.totalCount, data.storedFiles.totalCount];
};

/** A version that a run on a dataset with the columns island, mass and species made, to predict species. */
async function aVersion(viewer: Viewer) {
  const text = 'island,mass,species\nBiscoe,3.5,Adelie\n';
  const datasetId = await profileDataset(peers.datasets, viewer, { name: 'penguins', text });
  const run = { target: 'species', features: ['island', 'mass'], problemType: 'CLASSIFICATION' };
  const trainingRunId = await startRun(peers.datasets, viewer, datasetId, run);
  return { datasetId, modelVersionId: await createVersion(peers.serving, viewer, { trainingRunId, datasetId }) };
}

const predicted = (viewer: Viewer, modelVersionId: string, input: object, label = 'Adelie') =>
  recordPrediction(peers.serving, viewer, { modelVersionId, input, output: { label, confidence: 0.5 } });

describe('a dataset from predictions with feedback', () => {
  it('has a row for each wrong prediction, with its inputs, the actual outcome, and its id, and is profiled', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, modelVersionId } = await aVersion(viewer);
    const inputs = [
      { island: 'Biscoe', mass: 4.5 },
      { island: 'Dream, "north"', mass: null },
      { island: '=1+1', mass: -2 },
    ];
    const ids = [];
    for (const input of inputs) ids.push(await predicted(viewer, modelVersionId, input));
    for (const predictionId of ids)
      await createFeedback(peers.datasets, viewer, datasetId, { predictionId, modelVersionId, isCorrect: false, actualOutcome: 'Gentoo' });
    await createFeedback(peers.datasets, viewer, datasetId, {
      predictionId: await predicted(viewer, modelVersionId, inputs[0]!),
      modelVersionId,
    });
    await predicted(viewer, modelVersionId, inputs[0]!);
    const dataset = await made(viewer, { modelVersionId });
    expect(dataset).toEqual({
      id: expect.any(String),
      name: 'mistakes',
      source: 'PREDICTIONS',
      sourceModelVersion: { id: modelVersionId },
      rowCount: 3,
      columns: [
        { name: 'island', dtype: 'STRING' },
        { name: 'mass', dtype: 'FLOAT' },
        { name: 'species', dtype: 'STRING' },
        { name: 'prediction_id', dtype: 'STRING' },
      ],
      file: {
        text: [
          'island,mass,species,prediction_id',
          `Biscoe,4.5,Gentoo,${ids[0]}`,
          `"Dream, ""north""",,Gentoo,${ids[1]}`,
          `=1+1,-2,Gentoo,${ids[2]}\n`,
        ].join('\n'),
        metadata: { modelVersionId, judgementCount: 3, rowCount: 3 },
      },
    });
  });

  it('uses the current feedback of each prediction, and skips predictions without a label', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, modelVersionId } = await aVersion(viewer);
    const judged = async (mass: number, rest: object) => {
      const predictionId = await predicted(viewer, modelVersionId, { island: 'Dream', mass });
      return createFeedback(peers.datasets, viewer, datasetId, { predictionId, modelVersionId, ...rest });
    };
    await correctFeedback(peers.datasets, viewer, await judged(1, { isCorrect: false, actualOutcome: 'a' }), { isCorrect: true });
    await correctFeedback(peers.datasets, viewer, await judged(2, { isCorrect: true }), { isCorrect: false, actualOutcome: 'b' });
    await judged(3, { isCorrect: false });
    await judged(4, { isCorrect: true });
    const rows = async (filter: object, label = 'ACTUAL') => {
      const { file } = await made(viewer, { modelVersionId, filter, label });
      return file.text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(1, 3).join(' '));
    };
    expect(await rows({})).toEqual(['2 b']);
    expect(await rows({ feedback: 'CORRECT' })).toEqual(['1 a', '4 Adelie']);
    expect((await rows({ feedback: 'ANY' })).sort()).toEqual(['1 a', '2 b', '4 Adelie']);
    expect((await rows({ feedback: 'ANY' }, 'PREDICTED')).sort()).toEqual(['1 Adelie', '2 Adelie', '3 Adelie', '4 Adelie']);
    expect(await attempt(viewer, { modelVersionId, filter: { to: '2026-01-01T00:00:00Z' } })).toEqual({
      dataset: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'filter'] }],
    });
    expect(await rows({ from: '2026-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' })).toEqual(['2 b']);
  });

  it('fetches many predictions in few requests, and uses none of another version', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, modelVersionId } = await aVersion(viewer);
    const { organizationId: orgId, userId } = viewer;
    const other = await createVersion(peers.serving, viewer);
    const rows = Array.from({ length: 450 }, (_, index) => ({ id: uuidv7(), modelVersionId: index === 7 ? other : modelVersionId }));
    const logged = { orgId, userId, input: { mass: 1 }, output: { label: 'Adelie' }, status: 'SUCCEEDED' as const };
    await peers.serving.client.prediction.createMany({ data: rows.map((row) => ({ ...row, ...logged })) });
    const judgement = { orgId, datasetId, modelVersionId, isCorrect: false, actualOutcome: 'Gentoo', authorId: userId };
    await peers.datasets.client.predictionFeedback.createMany({
      data: [...rows.map(({ id }) => id), uuidv7()].map((predictionId) => ({ ...judgement, predictionId })),
    });
    peers.serving.statements.take();
    const dataset = await made(viewer, { modelVersionId });
    expect(dataset).toMatchObject({ rowCount: 449, file: { metadata: { judgementCount: 451, rowCount: 449 } } });
    // The version, and for each of three pages the predictions and their version.
    expect(peers.serving.statements.take()).toHaveLength(7);
  });

  it('is created once for a repeated idempotency key, also while serving is down', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, modelVersionId } = await aVersion(viewer);
    const predictionId = await predicted(viewer, modelVersionId, { mass: 1 });
    await createFeedback(peers.datasets, viewer, datasetId, { predictionId, modelVersionId, isCorrect: false, actualOutcome: 'Gentoo' });
    const input = { modelVersionId, idempotencyKey: 'k' };
    const answers = await Promise.all([1, 2, 3].map(() => attempt(viewer, input)));
    peers.serving.statements.take();
    answers.push(await attempt(viewer, input));
    expect(peers.serving.statements.take()).toEqual([]);
    expect(new Set(answers.map(({ dataset }) => dataset.id)).size).toBe(1);
    expect(await attempt(viewer, { ...input, name: 'other' })).toEqual({
      dataset: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(await counts(viewer)).toEqual([2, 2]);
  });
});

describe('a dataset from predictions is refused', () => {
  it('for invalid input, unknown versions, and foreign versions, and nothing is stored', async () => {
    const viewer = await aUser(peers.serving);
    const { modelVersionId } = await aVersion(viewer);
    const [foreign, untrained] = [await aVersion(await aUser(peers.serving)), await createVersion(peers.serving, viewer)];
    const refused = async (input: object) => {
      const { dataset, userErrors } = await attempt(viewer, { modelVersionId, ...input });
      return [dataset, ...userErrors.map(({ code, field }) => `${code} ${field.slice(1).join('.')}`)];
    };
    expect(await refused({ name: ' ' })).toEqual([null, 'BLANK name']);
    expect(await refused({ name: 'x'.repeat(501), modelVersionId: 'v' })).toEqual([null, 'TOO_LONG name', 'INVALID modelVersionId']);
    expect(await refused({ modelVersionId: uuidv7() })).toEqual([null, 'NOT_FOUND modelVersionId']);
    expect(await refused({ modelVersionId: foreign.modelVersionId })).toEqual([null, 'NOT_FOUND modelVersionId']);
    expect(await refused({ modelVersionId: untrained })).toEqual([null, 'INVALID modelVersionId']);
    expect(await refused({ filter: { from: '2026-01-02T00:00:00Z', to: '2026-01-02T00:00:00Z' } })).toEqual([null, 'INVALID filter.from']);
    expect(await refused({ idempotencyKey: 'x'.repeat(201) })).toEqual([null, 'TOO_LONG idempotencyKey']);
    expect(await refused({})).toEqual([null, 'INVALID filter']);
    expect(await counts(viewer)).toEqual([1, 1]);
  });

  it('as UNAVAILABLE while serving is down, and nothing is stored', async () => {
    const alone = await runSubgraph(datasetsWithoutServing);
    const viewer = await aUser(peers.serving);
    const { data, errors } = await alone.execute(viewer, CREATE, { input: { name: 'd', modelVersionId: uuidv7() } });
    expect([data.datasetCreateFromPredictions, errors?.[0]?.extensions.code]).toEqual([null, 'UNAVAILABLE']);
    const { data: kept } = await alone.execute(viewer, graphql('{ datasets { totalCount } storedFiles { totalCount } }'));
    expect(kept).toEqual({ datasets: { totalCount: 0 }, storedFiles: { totalCount: 0 } });
    await alone.close();
  });

  it('if serving fails at the second page, and nothing is stored', async () => {
    let pages = 0;
    const serving = await startStubPeer(({ query, variables: { id }, representations }) => {
      if (query.includes('modelVersion(id')) return { modelVersion: { id, trainingRunId } };
      if (++pages > 1) throw new Error('it fails at the second page');
      return {
        _entities: representations.map(({ id }) => ({
          id,
          status: 'SUCCEEDED',
          input: {},
          output: null,
          modelVersion: { id: modelVersionId },
        })),
      };
    });
    const [failing, viewer, modelVersionId] = [await runSubgraph(createDatasetsSubgraph({ ...filesConfig, serving })), aMember(), uuidv7()];
    const datasetId = await createDataset(failing, viewer, { name: 'd' });
    const trainingRunId = await startRun(failing, viewer, datasetId);
    const judgement = {
      orgId: viewer.organizationId,
      authorId: viewer.userId,
      datasetId,
      modelVersionId,
      isCorrect: false,
      actualOutcome: '1',
    };
    await failing.client.predictionFeedback.createMany({
      data: Array.from({ length: 201 }, () => ({ ...judgement, predictionId: uuidv7() })),
    });
    const { data, errors } = await failing.execute(viewer, CREATE, { input: { name: 'd', modelVersionId, idempotencyKey: 'k' } });
    expect([data.datasetCreateFromPredictions, errors?.[0]?.extensions.code, pages]).toEqual([null, 'UNAVAILABLE', 2]);
    expect(await failing.client.dataset.count()).toBe(1);
    expect(await failing.client.storedFile.count()).toBe(1);
    expect(await failing.client.storedContent.count()).toBe(1);
    expect(await failing.client.idempotencyKey.count()).toBe(0);
    await failing.close();
  });

  it('if the feedback names another dataset', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, modelVersionId } = await aVersion(viewer);
    const predictionId = await predicted(viewer, modelVersionId, { mass: 1 });
    await createFeedback(peers.datasets, viewer, datasetId, { predictionId, modelVersionId, isCorrect: false, actualOutcome: 'Gentoo' });
    const { id } = await made(viewer, { modelVersionId });
    const update = async (input: object) =>
      (
        await peers.datasets.execute(
          viewer,
          graphql(`
            mutation ($input: DatasetUpdateInput!) {
              datasetUpdate(input: $input) {
                dataset {
                  name
                  source
                }
                userErrors {
                  code
                  field
                }
              }
            }
          `),
          { input },
        )
      ).data.datasetUpdate;
    const refused = { dataset: null, userErrors: [{ code: 'INVALID', field: ['input', 'source'] }] };
    expect(await update({ id: datasetId, source: 'PREDICTIONS' })).toEqual(refused);
    expect(await update({ id, source: 'UPLOAD' })).toEqual(refused);
    expect(await update({ id, name: 'better' })).toEqual({ dataset: { name: 'better', source: 'PREDICTIONS' }, userErrors: [] });
  });
});

describe('CSV', () => {
  const text = (header: string[], rows: unknown[][]) => new TextDecoder().decode(toCsv(header, rows));

  it('quotes special characters and changes no value', () => {
    expect(
      text(
        ['a', 'b,c'],
        [
          ['=HYPERLINK("x")', '@'],
          [null, undefined],
          ['1\r\n2', ' x'],
          [1e21, true],
          [{ a: [1] }, -0.5],
        ],
      ),
    ).toBe('a,"b,c"\n"=HYPERLINK(""x"")",@\n,\n"1\r\n2"," x"\n1e+21,true\n"{""a"":[1]}",-0.5\n');
  });

  it('parses to the same cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '=', 'é', '☃') });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(fc.property(table, ([header, ...rows]) => expect(parsed(text(header!, rows))).toEqual([header, ...rows])));
  });
});

/** The cells of CSV, by the letter of RFC 4180. */
function parsed(text: string): string[][] {
  const [rows, quoted] = [[['']] as string[][], { on: false }];
  for (let index = 0; index < text.length - 1; index += 1) {
    const [character, row] = [text[index]!, rows.at(-1)!];
    if (quoted.on && character === '"' && text[index + 1] === '"') row[row.length - 1] += text[(index += 1)]!;
    else if (character === '"') quoted.on = !quoted.on;
    else if (!quoted.on && character === ',') row.push('');
    else if (!quoted.on && character === '\n') rows.push(['']);
    else row[row.length - 1] += character;
  }
  return rows;
}

describe('the table of predictions with feedback', () => {
  const judgement = { predictionId: 'p', isCorrect: false, predictedOutcome: null, actualOutcome: null, tolerance: null };

  it.each([
    [{ actualOutcome: 'b' }, 'ACTUAL', 'b'],
    [{}, 'ACTUAL', null],
    [{ isCorrect: true }, 'ACTUAL', 'a'],
    [{ isCorrect: true, predictedOutcome: 'c' }, 'ACTUAL', 'c'],
    [{ isCorrect: true, tolerance: 5 }, 'ACTUAL', null],
    [{ actualOutcome: 'b' }, 'PREDICTED', 'a'],
    [{ predictedOutcome: 'c' }, 'PREDICTED', 'c'],
  ] as const)('has for %j the %s label %s', (rest, label, expected) => {
    expect(labelOf({ ...judgement, ...rest }, { label: 'a' }, label)).toBe(expected);
  });

  it('has the features first, then the other inputs, with unique names', () => {
    const input = { y: 'leaked', prediction_id: 7, extra: true, __proto__: null, x: 1 };
    const predictions = new Map([['p', { id: 'p', input, output: { label: 'a' } }]]);
    expect(feedbackTable([{ ...judgement, actualOutcome: 'b' }], predictions, { features: ['z', 'x'], target: 'y' }, 'ACTUAL')).toEqual({
      header: ['z', 'x', 'prediction_id', 'extra', 'y', 'prediction_id_2'],
      rows: [[null, 1, 7, true, 'b', 'p']],
    });
  });
});
