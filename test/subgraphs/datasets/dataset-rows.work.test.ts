import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { profileDataset } from './arrange.js';

const HEADER = `id,"say ""hi""; DROP TABLE x --",at,ok,size`;
const LINES = [
  '9007199254740993,a,2020-01-01T10:30:00Z,true,1.5',
  `2,"b'); DELETE FROM t; --",2020-01-02,false,`,
  '3,,2020-01-01,TRUE,-0.25',
  '4,Ä%_,,false,1e3',
  '5,a,2019-12-31 23:59:59.123456,,1.5',
];
const NAME = 'say "hi"; DROP TABLE x --';

let subgraph: RunningSubgraph;
let viewer: Viewer;
let id: string;
beforeAll(async () => {
  subgraph = await runSubgraph(datasets);
  viewer = aMember();
  id = await profileDataset(subgraph, viewer, { name: 'd', text: [HEADER, ...LINES, ''].join('\n') });
});
afterAll(() => subgraph.close());

const ROWS = graphql(`
  query ($id: ID!, $first: Int, $offset: Int, $where: [DatasetRowCondition!], $orderBy: DatasetRowOrder) {
    dataset(id: $id) {
      rows(first: $first, offset: $offset, where: $where, orderBy: $orderBy) {
        rows
        totalCount
      }
    }
  }
`);
const ask = (variables: object, whose = viewer) => subgraph.execute(whose, ROWS, { id, ...variables });
const rows = async (variables: object): Promise<(string | null)[][]> => {
  const { data, errors } = await ask(variables);
  expect(errors).toBeUndefined();
  return data.dataset.rows.rows;
};
const ids = async (...where: object[]) => (await rows({ where })).map(([first]) => first);

describe('the rows of a dataset', () => {
  it('are in the order of the file, with all digits and UTC times', async () => {
    expect((await ask({})).data.dataset.rows).toEqual({
      totalCount: 5,
      rows: [
        ['9007199254740993', 'a', '2020-01-01T10:30:00Z', 'true', '1.5'],
        ['2', `b'); DELETE FROM t; --`, '2020-01-02', 'false', null],
        ['3', null, '2020-01-01', 'true', '-0.25'],
        ['4', 'Ä%_', null, 'false', '1000'],
        ['5', 'a', '2019-12-31T23:59:59.123456Z', null, '1.5'],
      ],
    });
  });

  it('are paged, and sorted with missing cells last in both directions', async () => {
    expect((await rows({ first: 2, offset: 1 })).map(([first]) => first)).toEqual(['2', '3']);
    expect(await rows({ offset: 5 })).toEqual([]);
    const sorted = async (column: string, direction: string) => (await rows({ orderBy: { column, direction } })).map(([first]) => first);
    expect(await sorted('size', 'ASC')).toEqual(['3', '9007199254740993', '5', '4', '2']);
    expect(await sorted('size', 'DESC')).toEqual(['4', '9007199254740993', '5', '3', '2']);
    expect(await sorted(NAME, 'DESC')).toEqual(['4', '2', '9007199254740993', '5', '3']);
  });

  it.each([
    ['a whole number beyond 2^53', [{ column: 'id', equals: '9007199254740993' }], ['9007199254740993']],
    ['its neighbour', [{ column: 'id', equals: '9007199254740992' }], []],
    ['a range', [{ column: 'id', min: '3', max: '4' }], ['3', '4']],
    ['some', [{ column: 'id', in: ['5', '2', '77'] }], ['2', '5']],
    ['none', [{ column: 'id', in: [] }], []],
    ['another text, missing ones apart', [{ column: NAME, notEquals: 'a' }], ['2', '4']],
    ['a part of a text, whatever the case', [{ column: NAME, contains: 'ä%' }], ['4']],
    ['a missing cell', [{ column: NAME, isNull: true }], ['3']],
    [
      'a cell that is there',
      [
        { column: 'ok', isNull: false },
        { column: 'ok', equals: 'FALSE' },
      ],
      ['2', '4'],
    ],
    ['a moment in another zone', [{ column: 'at', equals: '2020-01-01T12:30+02:00' }], ['9007199254740993']],
    ['a day', [{ column: 'at', min: '2020-01-01', max: '2020-01-01T23:59:59Z' }], ['9007199254740993', '3']],
    ['a number', [{ column: 'size', equals: '1.50' }], ['9007199254740993', '5']],
    ['what was meant to be SQL', [{ column: NAME, equals: `b'); DELETE FROM t; --` }], ['2']],
    ['what is not there', [{ column: NAME, equals: `' OR 1=1 --` }], []],
  ])('match %s', async (_, where, expected) => {
    const { data } = await ask({ where });
    expect(data.dataset.rows).toEqual({ totalCount: expected.length, rows: expect.any(Array) });
    expect(await ids(...where)).toEqual(expected);
  });

  it.each([
    ['an unknown column', { where: [{ column: 'id" = 1; --', equals: '1' }] }],
    ['a column of the copy', { where: [{ column: 'c0', equals: '1' }] }],
    ['an unknown column to sort by', { orderBy: { column: 'id DESC; --', direction: 'ASC' } }],
    ['a text for a number', { where: [{ column: 'id', equals: '1 OR 1=1' }] }],
    ['a number beyond 64 bits', { where: [{ column: 'id', equals: '9999999999999999999' }] }],
    ['a number that is infinite', { where: [{ column: 'size', max: 'inf' }] }],
    ['an impossible date', { where: [{ column: 'at', equals: '2020-02-30' }] }],
    ['no boolean', { where: [{ column: 'ok', equals: 'yes' }] }],
    ['a part of a number', { where: [{ column: 'id', contains: '1' }] }],
    ['NUL', { where: [{ column: NAME, equals: '\0' }] }],
    ['too many rows', { first: 101 }],
    ['no rows', { first: 0 }],
    ['a negative offset', { offset: -1 }],
    ['too many conditions', { where: Array.from({ length: 21 }, () => ({ column: 'id', isNull: true })) }],
    ['too many values', { where: [{ column: 'id', in: Array.from({ length: 101 }, () => '1') }] }],
  ])('are refused for %s', async (_, variables) => {
    const { data, errors } = await ask(variables);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors![0]!.message).not.toMatch(/parquet|SELECT|CAST|\//);
    expect(data.dataset.rows).toBeNull();
    expect(await rows({})).toHaveLength(5);
  });

  it('are hidden from other organizations, and take one statement', async () => {
    expect((await ask({}, aMember())).data).toEqual({ dataset: null });
    expect((await subgraph.execute(viewer, ROWS, { id: uuidv7() })).data).toEqual({ dataset: null });
    subgraph.statements.take();
    await rows({ where: [{ column: 'id', min: '3' }] });
    expect(subgraph.statements.take()).toHaveLength(1);
  });
});
