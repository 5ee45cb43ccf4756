import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createProject, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe("a project's files", () => {
  const aProjectOf = async (viewer: Viewer, files: Record<string, number>) => {
    const id = await createProject(subgraph, viewer);
    for (const [path, size] of Object.entries(files)) await createFile(subgraph, viewer, id, path, { content: 'x'.repeat(size) });
    return id;
  };

  it('are paged in every order, forward and backward, without repeating or skipping', async () => {
    const viewer = aMember();
    const id = await aProjectOf(viewer, { 'd.py': 3, 'b.py': 1, 'a.py': 3, 'e.py': 0, 'c.py': 2 });
    const paths = async (way: 'forward' | 'backward', args: string) => {
      const page = async (window: string) =>
        (
          await subgraph.execute<{ project: { files: Connection<{ name: string }> } }>(
            viewer,
            `query ($id: ID!) { project(id: $id) { files(${window}${args}) { nodes { name } ${PAGE_INFO} } } }`,
            {
              id,
            },
          )
        ).data.project.files;
      return (await readAllPages(way, page)).map(({ name }) => (name as string)[0]).join('');
    };
    const orders = { '': 'abcde', 'PATH DESC': 'edcba', 'UPDATED_AT ASC': 'dbaec', 'BYTE_SIZE ASC': 'ebcda', 'BYTE_SIZE DESC': 'adcbe' };
    for (const [order, expected] of Object.entries(orders)) {
      const [field, direction] = order.split(' ');
      const args = order === '' ? '' : `, orderBy: { field: ${field}, direction: ${direction} }`;
      expect([order, await paths('forward', args)]).toEqual([order, expected]);
      expect([order, await paths('backward', args)]).toEqual([order, [...expected].reverse().join('')]);
    }
  });

  it('can be filtered by folder, language and purpose', async () => {
    const viewer = aMember();
    const id = await aProjectOf(viewer, { 'src/a.py': 1, 'src%/b.ts': 1, 'src/test/c.py': 1, 'README.md': 1 });
    const paths = async (filter: object) =>
      (
        await subgraph.execute(
          viewer,
          graphql(`
            query ($id: ID!, $filter: ProjectFileFilter) {
              project(id: $id) {
                files(filter: $filter) {
                  totalCount
                  nodes {
                    path
                  }
                }
              }
            }
          `),
          {
            id,
            filter,
          },
        )
      ).data.project.files.nodes.map((node) => node.path);
    expect(await paths({ pathStartsWith: 'src/' })).toEqual(['src/a.py', 'src/test/c.py']);
    expect(await paths({ pathStartsWith: 'src%' })).toEqual(['src%/b.ts']);
    expect(await paths({ pathStartsWith: 'SRC' })).toEqual([]);
    expect(await paths({ language: 'PYTHON', fileType: 'SOURCE' })).toEqual(['src/a.py']);
    expect(await paths({ fileType: 'DOCUMENTATION' })).toEqual(['README.md']);
  });

  it.each([
    ['index.mjs', 'JAVASCRIPT', 'SOURCE'],
    ['App.TSX', 'TYPESCRIPT', 'SOURCE'],
    ['query.sql', null, 'SOURCE'],
    ['tests/helper.py', 'PYTHON', 'TEST'],
    ['test_model.py', 'PYTHON', 'TEST'],
    ['src/model.test.ts', 'TYPESCRIPT', 'TEST'],
    ['latest/model.ts', 'TYPESCRIPT', 'SOURCE'],
    ['contest.py', 'PYTHON', 'SOURCE'],
    ['tests/rows.csv', null, 'DATA'],
    ['package.json', null, 'CONFIG'],
    ['data/package.json.csv', null, 'DATA'],
    ['.gitignore', null, 'CONFIG'],
    ['jest.config.js', 'JAVASCRIPT', 'CONFIG'],
    ['requirements-dev.txt', null, 'CONFIG'],
    ['notes.txt', null, 'DOCUMENTATION'],
    ['LICENSE', null, 'DOCUMENTATION'],
    ['py', null, 'OTHER'],
    ['logo.svg', null, 'OTHER'],
  ])('%s has the language %s and the purpose %s', async (path, language, fileType) => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    await createFile(subgraph, viewer, projectId, path);
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { project(id: $id) { files { nodes { language fileType } } } }'),
      {
        id: projectId,
      },
    );
    expect(data.project.files.nodes).toEqual([{ language, fileType }]);
  });

  it('are not found at invalid paths', async () => {
    const viewer = aMember();
    const id = await aProjectOf(viewer, { 'a.py': 1 });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          project(id: $id) {
            none: file(path: "b.py") {
              id
            }
            case: file(path: "A.py") {
              id
            }
            out: file(path: "x/../a.py") {
              id
            }
            nothing: file(path: "") {
              id
            }
          }
        }
      `),
      { id },
    );
    expect(data.project).toEqual({ none: null, case: null, out: null, nothing: null });
  });
});
