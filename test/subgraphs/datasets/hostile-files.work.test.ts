import { existsSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets, files } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { waitForProfile } from './arrange.js';
import { upload } from './upload.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

const CREATE = graphql(`
  mutation ($uploadId: ID!) {
    datasetCreate(input: { name: "d", source: UPLOAD, uploadId: $uploadId }) {
      dataset {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);
const READ = graphql(`
  query ($id: ID!) {
    dataset(id: $id) {
      status
      failure {
        code
        message
      }
      rowCount
      columns {
        name
        dtype
      }
      preview
      profile {
        columns {
          topValues {
            value
          }
        }
      }
      rows {
        rows
      }
    }
  }
`);

const inFolder = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort();

async function profiled(viewer: Viewer, bytes: Uint8Array | string, contentType: string) {
  const uploadId = await upload(subgraph, viewer, bytes, { contentType });
  const { data } = await subgraph.execute(viewer, CREATE, { uploadId });
  if (!data.datasetCreate.dataset) return { status: 'REFUSED', failure: data.datasetCreate.userErrors[0] };
  await waitForProfile(subgraph, viewer, data.datasetCreate.dataset.id);
  return (await subgraph.execute(viewer, READ, { id: data.datasetCreate.dataset.id })).data.dataset;
}

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const zip = Buffer.from('504b0304140000000800', 'hex');

describe('a hostile file', () => {
  it.each<[string, Uint8Array | string, string, string]>([
    ['one endless line', `a,b\n1,${'x'.repeat(40_000_000)}`, 'text/csv', 'ROW_TOO_LONG'],
    ['an endless header', 'x'.repeat(5_000_000), 'text/csv', 'ROW_TOO_LONG'],
    ['UTF-16', utf16('a,b\n1,2\n'), 'text/csv', 'NOT_A_TABLE'],
    ['Latin-1', Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), 'text/csv', 'NOT_A_TABLE'],
    ['Latin-1 far below', Buffer.from(`a,b\n${'1,x\n'.repeat(100_000)}1,caf\xe9\n`, 'latin1'), 'text/csv', 'NOT_A_TABLE'],
    ['NUL', 'a,b\n1,x\0y\n', 'text/csv', 'NOT_A_TABLE'],
    ['NUL far below', `a,b\n${'1,x\n'.repeat(100_000)}1,\0\n`, 'text/csv', 'NOT_A_TABLE'],
    ['nothing', '', 'text/csv', 'EMPTY'],
    ['empty lines', '\n\n\n', 'text/csv', 'EMPTY'],
    ['an endless quote in its header', `"${'x'.repeat(300_000)}`, 'text/csv', 'ROW_TOO_LONG'],
    ['a header that goes on behind a quote', '"a"b,c\n1,2\n', 'text/csv', 'MALFORMED'],
    ['a column twice', 'a,a\n1,2\n', 'text/csv', 'BAD_HEADER'],
    ['a nameless column', 'a,\n1,2\n', 'text/csv', 'BAD_HEADER'],
    ['a short row', 'a,b\n1,2\n3\n', 'text/csv', 'MALFORMED'],
    ['a long row', 'a,b\n1,2\n3,4,5\n', 'text/csv', 'MALFORMED'],
    ['a quote that never ends', 'a,b\n1,"2\n3,4\n', 'text/csv', 'MALFORMED'],
    ['too many columns', `${Array.from({ length: 2_001 }, (_, index) => `c${index}`).join(',')}\n`, 'text/csv', 'TOO_MANY_COLUMNS'],
    ['gzip', gzipSync('a,b\n1,2\n'), 'text/csv', 'NOT_A_TABLE'],
    ['a zip', Buffer.concat([zip, Buffer.alloc(100, 0x80)]), 'text/csv', 'NOT_A_TABLE'],
    ['garbage that says Parquet', `PAR1${'garbage'.repeat(100)}PAR1`, 'application/vnd.apache.parquet', 'MALFORMED'],
    ['Parquet that is cut', 'PAR1', 'application/vnd.apache.parquet', 'MALFORMED'],
    ['lines that are no JSON', '{"a":1}\nnot JSON\n', 'application/x-ndjson', 'MALFORMED'],
    ['lines that are no objects', '{"a":1}\n[1]\n', 'application/x-ndjson', 'MALFORMED'],
    ['a long line of JSON', `{"a":1}\n{"a":"${'x'.repeat(300_000)}"}\n`, 'application/x-ndjson', 'ROW_TOO_LONG'],
    ['NUL in JSON', '{"a":"x\\u0000y"}\n', 'application/x-ndjson', 'NOT_A_TABLE'],
    ['a key with NUL', '{"a\\u0000":1}\n', 'application/x-ndjson', 'BAD_HEADER'],
    [
      'a key for each line',
      Array.from({ length: 3_000 }, (_, index) => `{"k${index}":1}`).join('\n'),
      'application/x-ndjson',
      'TOO_MANY_COLUMNS',
    ],
  ])('(%s) makes the dataset FAILED with a code, without internal details', async (_, bytes, contentType, code) => {
    const copies = inFolder(files.tables.folder);
    const viewer = aMember();
    const dataset = await profiled(viewer, bytes, contentType);
    expect(dataset).toMatchObject({
      status: 'FAILED',
      failure: { code },
      rowCount: null,
      columns: [],
      preview: [],
      profile: null,
      rows: null,
    });
    expect(dataset.failure!.message).not.toMatch(/\/|duckdb|input|read_|strict_mode|Possible/i);
    expect(inFolder(files.tables.folder)).toEqual(copies);
    expect(readdirSync(files.scratchFolder)).toEqual([]);
  });

  it('does not affect the next file', async () => {
    expect(await profiled(aMember(), 'a,b\n1,2\n', 'text/csv')).toMatchObject({ status: 'READY', rowCount: 1 });
  });
});

describe('an unusual file', () => {
  it.each<[string, string, string, object]>([
    [
      'names of the prototype',
      '__proto__,constructor,toString\n1,2,3\n',
      'text/csv',
      {
        columns: ['__proto__', 'constructor', 'toString'].map((name) => ({ name, dtype: 'INTEGER' })),
        rows: { rows: [['1', '2', '3']] },
      },
    ],
    [
      'names that differ by case, or are SQL',
      `a,A,"x""; DROP TABLE y; --",'\n1,2,3,4\n`,
      'text/csv',
      { columns: [{ name: 'a' }, { name: 'A' }, { name: 'x"; DROP TABLE y; --' }, { name: "'" }], rows: { rows: [['1', '2', '3', '4']] } },
    ],
    [
      'cells that are formulas',
      'a\n"=HYPERLINK(""http://evil.example"")"\n+1+cmd\n',
      'text/csv',
      { columns: [{ dtype: 'STRING' }], rows: { rows: [['=HYPERLINK("http://evil.example")'], ['+1+cmd']] } },
    ],
    [
      'numbers that no number holds',
      'big,id,zip,far,inf\n1e309,12345678901234567890,00123,-1e400,inf\n1,12345678901234567891,123,2,3\n',
      'text/csv',
      {
        columns: ['big', 'id', 'zip', 'far', 'inf'].map((name) => ({ name, dtype: 'STRING' })),
        preview: [
          ['1e309', '12345678901234567890', '00123', '-1e400', 'inf'],
          ['1', '12345678901234567891', '123', '2', '3'],
        ],
        rows: {
          rows: [
            ['1e309', '12345678901234567890', '00123', '-1e400', 'inf'],
            ['1', '12345678901234567891', '123', '2', '3'],
          ],
        },
      },
    ],
    [
      'moments in zones',
      'at\n2023-02-28T23:30:00-02:00\n2023-03-01T00:00:00+0200\n2023-03-01 10:30\n2023-03-01\n2023-03-01T10:30:00.25Z\n',
      'text/csv',
      {
        columns: [{ dtype: 'DATETIME' }],
        rows: {
          rows: [['2023-03-01T01:30:00Z'], ['2023-02-28T22:00:00Z'], ['2023-03-01T10:30:00Z'], ['2023-03-01'], ['2023-03-01T10:30:00.25Z']],
        },
      },
    ],
    [
      'impossible dates',
      'at\n2023-02-28\n2023-02-30\n',
      'text/csv',
      { columns: [{ dtype: 'STRING' }], preview: [['2023-02-28'], ['2023-02-30']] },
    ],
    [
      'lines before its header, and a comment that is none',
      '\n\r\n# a,b\n1,2\n',
      'text/csv',
      { columns: [{ name: '# a' }, { name: 'b' }], rowCount: 1, preview: [['1', '2']] },
    ],
    ['one column, with a row that is missing', 'a\n1\n\n3\n', 'text/csv', { rowCount: 3, preview: [['1'], [null], ['3']] }],
    ['a byte order mark', '\ufeffa,b\n1,2\n', 'text/csv', { columns: [{ name: 'a' }, { name: 'b' }], rowCount: 1 }],
    ['Windows line ends', 'a,b\r\n1,"x\r\ny"\r\n', 'text/csv', { rows: { rows: [['1', 'x\r\ny']] } }],
    ['a header alone', 'a,b\n', 'text/csv', { rowCount: 0, columns: [{ dtype: 'STRING' }, { dtype: 'STRING' }], rows: { rows: [] } }],
    ['a header without its end', 'a,b', 'text/csv', { rowCount: 0, columns: [{ name: 'a' }, { name: 'b' }] }],
    ['missing cells that are texts', 'land\nNA\nDE\n', 'text/csv', { columns: [{ dtype: 'STRING' }], preview: [['NA'], ['DE']] }],
    [
      'a type that changes far below',
      `a,b\n${'1,\n'.repeat(3_000)}x,2.5\n`,
      'text/csv',
      { rowCount: 3_001, columns: [{ dtype: 'STRING' }, { dtype: 'FLOAT' }] },
    ],
    [
      'numbers of JSON with all their digits',
      '{"id":12345678901234567890,"x":1e309,"n":0.1,"__proto__":{"a":[1]}}\n{"q\\"/~":true}\n',
      'application/x-ndjson',
      {
        columns: [
          { name: 'id', dtype: 'STRING' },
          { name: 'x', dtype: 'STRING' },
          { name: 'n', dtype: 'FLOAT' },
          { name: '__proto__', dtype: 'STRING' },
          { name: 'q"/~', dtype: 'BOOLEAN' },
        ],
        rows: {
          rows: [
            ['12345678901234567890', '1e309', '0.1', '{"a":[1]}', null],
            [null, null, null, null, 'true'],
          ],
        },
      },
    ],
    [
      'deep JSON',
      `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`,
      'application/x-ndjson',
      { rowCount: 1, columns: [{ dtype: 'STRING' }] },
    ],
    ['a text of control characters', 'a\n"\u0001\u001b[31m"\n', 'text/csv', { preview: [['\u0001\u001b[31m']] }],
  ])('(%s) is read', async (_, text, contentType, expected) => {
    expect(await profiled(aMember(), text, contentType)).toMatchObject({ status: 'READY', failure: null, ...expected });
  });
});
