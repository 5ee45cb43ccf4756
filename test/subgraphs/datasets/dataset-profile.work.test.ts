import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { Query } from '../../kit/documents/datasets.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { profileDataset, waitForProfile } from './arrange.js';
import { upload } from './upload.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

const PROFILE = `status progress failure { code message } rowCount columnCount preview profile { columns {
  name dtype nullCount distinctCount topValues { value count }
  numeric { min max mean stddev median histogram { edges counts } } } }`;

const read = async (viewer: Viewer, id: string, fields = PROFILE) =>
  (await subgraph.execute<Query>(viewer, `query ($id: ID!) { dataset(id: $id) { ${fields} } }`, { id })).data.dataset;

async function profiled(bytes: Uint8Array | string, contentType = 'text/csv') {
  const viewer = aMember();
  const uploadId = await upload(subgraph, viewer, bytes, { contentType });
  const { data } = await subgraph.execute(
    viewer,
    graphql(`
      mutation ($uploadId: ID!) {
        datasetCreate(input: { name: "d", source: UPLOAD, uploadId: $uploadId }) {
          dataset {
            id
          }
          userErrors {
            message
          }
        }
      }
    `),
    { uploadId },
  );
  expect(data.datasetCreate.userErrors).toEqual([]);
  await waitForProfile(subgraph, viewer, data.datasetCreate.dataset.id);
  return read(viewer, data.datasetCreate.dataset.id);
}

const ROWS = [
  'species,mass,seen,ringed,eggs',
  'Adelie,3750,2007-11-11,true,1',
  'Gentoo,,2008-01-03,false,2',
  '"Chin, strap",3800.5,2009-11-15,TRUE,2',
  'Adelie,NA,2009-11-15,null,2',
  '',
].join('\n');

describe('the profile of a dataset', () => {
  it('describes each column', async () => {
    const viewer = aMember();
    const id = await profileDataset(subgraph, viewer, { name: 'penguins', text: ROWS });
    const histogram = { edges: expect.any(Array), counts: expect.any(Array) };
    expect(await read(viewer, id)).toEqual({
      ...{ status: 'READY', progress: 1, failure: null, rowCount: 4, columnCount: 5 },
      preview: [
        ['Adelie', '3750', '2007-11-11', 'true', '1'],
        ['Gentoo', null, '2008-01-03', 'false', '2'],
        ['Chin, strap', '3800.5', '2009-11-15', 'TRUE', '2'],
        ['Adelie', null, '2009-11-15', null, '2'],
      ],
      profile: {
        columns: [
          {
            ...{ name: 'species', dtype: 'STRING', nullCount: 0, distinctCount: 3, numeric: null },
            topValues: [
              { value: 'Adelie', count: 2 },
              { value: 'Chin, strap', count: 1 },
              { value: 'Gentoo', count: 1 },
            ],
          },
          {
            ...{ name: 'mass', dtype: 'FLOAT', nullCount: 2, distinctCount: 2 },
            topValues: [
              { value: '3750', count: 1 },
              { value: '3800.5', count: 1 },
            ],
            numeric: { min: 3750, max: 3800.5, mean: 3775.25, stddev: 50.5 / Math.SQRT2, median: 3775.25, histogram },
          },
          {
            ...{ name: 'seen', dtype: 'DATETIME', nullCount: 0, distinctCount: 3, numeric: null },
            topValues: [
              { value: '2009-11-15', count: 2 },
              { value: '2007-11-11', count: 1 },
              { value: '2008-01-03', count: 1 },
            ],
          },
          {
            ...{ name: 'ringed', dtype: 'BOOLEAN', nullCount: 1, distinctCount: 2, numeric: null },
            topValues: [
              { value: 'true', count: 2 },
              { value: 'false', count: 1 },
            ],
          },
          {
            ...{ name: 'eggs', dtype: 'INTEGER', nullCount: 0, distinctCount: 2 },
            topValues: [
              { value: '2', count: 3 },
              { value: '1', count: 1 },
            ],
            numeric: {
              ...{ min: 1, max: 2, mean: 1.75, stddev: 0.5, median: 2 },
              histogram: {
                edges: [1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.45, 1.5, 1.55, 1.6, 1.65, 1.7, 1.75, 1.8, 1.85, 1.9, 1.95, 2],
                counts: [1, ...Array.from({ length: 18 }, () => 0), 3],
              },
            },
          },
        ],
      },
    });
  });

  it('is the same for TSV and JSON lines', async () => {
    const tsv = await profiled('a\tb\n1\tx,y\n2\t\n', 'text/tab-separated-values');
    const lines = await profiled('{"a":1,"b":"x,y"}\n{"a":2}\n', 'application/x-ndjson');
    expect(tsv).toMatchObject({ rowCount: 2, preview: [['1', 'x,y'], ['2', null]] }); // prettier-ignore
    expect(lines).toEqual(tsv);
  });
});
