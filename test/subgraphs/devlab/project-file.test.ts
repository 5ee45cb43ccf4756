import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/devlab.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createProject } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const CREATE = graphql(`
  mutation ($input: ProjectFileCreateInput!) {
    projectFileCreate(input: $input) {
      projectFile {
        id
        path
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const SAVE = graphql(`
  mutation ($input: ProjectFileSaveInput!) {
    projectFileSave(input: $input) {
      projectFile {
        path
        name
        content
        language
        fileType
        byteSize
        revision
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const DELETE = graphql(`
  mutation ($id: ID!) {
    projectFileDelete(input: { id: $id }) {
      deletedId
      userErrors {
        code
        field
      }
    }
  }
`);

const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql('query ($id: ID!) { projectFile(id: $id) { path content fileType byteSize revision } }'), { id }))
    .data.projectFile;

describe('creating a file', () => {
  it('stores its content and derives the other fields from it and its path', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer, { name: 'p' });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($input: ProjectFileCreateInput!) {
          projectFileCreate(input: $input) {
            projectFile {
              path
              name
              content
              language
              fileType
              byteSize
              revision
              project {
                id
                name
                fileCount
              }
            }
            userErrors {
              code
            }
          }
        }
      `),
      { input: { projectId, path: 'src/naïve.py', content: 'é\n' } },
    );
    expect(data.projectFileCreate).toEqual({
      projectFile: {
        path: 'src/naïve.py',
        name: 'naïve.py',
        content: 'é\n',
        language: 'PYTHON',
        fileType: 'SOURCE',
        byteSize: 3,
        revision: 1,
        project: { id: projectId, name: 'p', fileCount: 1 },
      },
      userErrors: [],
    });
  });

  it.each([
    ['src/main.py', 'src/main.py'],
    ['/src/main.py', 'src/main.py'],
    ['./src//lib/./main.py', 'src/lib/main.py'],
    ['src\\lib\\main.py', 'src/lib/main.py'],
    ['e\u0301.py', 'é.py'],
    ['...', '...'],
    ['a..b/c', 'a..b/c'],
    ['__proto__', '__proto__'],
  ])('normalizes the path %j to %j, and finds the file by both', async (given, path) => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const id = await createFile(subgraph, viewer, projectId, given);
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $given: String!, $path: String!) {
          project(id: $id) {
            a: file(path: $given) {
              id
              path
            }
            b: file(path: $path) {
              id
              path
            }
          }
        }
      `),
      { id: projectId, given, path },
    );
    expect(data.project).toEqual({ a: { id, path }, b: { id, path } });
  });

  it.each([
    ['a blank path', { path: ' ' }, 'BLANK', ['input', 'path']],
    ['a path of nothing but dots and slashes', { path: './/' }, 'BLANK', ['input', 'path']],
    ['a way out of the project', { path: 'src/../../etc/passwd' }, 'INVALID', ['input', 'path']],
    ['a way out with other slashes', { path: '..\\secret' }, 'INVALID', ['input', 'path']],
    ['a folder', { path: 'src/' }, 'INVALID', ['input', 'path']],
    ['a folder with a dot', { path: 'src/.' }, 'INVALID', ['input', 'path']],
    ['a control character', { path: 'a\nb' }, 'INVALID', ['input', 'path']],
    ['a NUL in the path', { path: 'a\0b' }, 'INVALID', ['input', 'path']],
    ['a long path', { path: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'path']],
    ['a NUL in the content', { content: 'a\0' }, 'INVALID', ['input', 'content']],
    ['half a character in the content', { content: '\ud800' }, 'INVALID', ['input', 'content']],
    ['a content beyond 128 KiB', { content: 'é'.repeat(2 ** 16) + 'x' }, 'TOO_LONG', ['input', 'content']],
    ['a malformed project id', { projectId: 'p' }, 'INVALID', ['input', 'projectId']],
    ['an unknown project', { projectId: uuidv7() }, 'NOT_FOUND', ['input', 'projectId']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const { data } = await subgraph.execute(viewer, CREATE, { input: { projectId, path: 'a.py', content: '', ...wrong } });
    expect(data.projectFileCreate).toMatchObject({ projectFile: null, userErrors: [{ code, field }] });
    expect((await subgraph.execute(viewer, graphql('{ projects { nodes { fileCount } } }'))).data.projects.nodes).toEqual([
      { fileCount: 0 },
    ]);
  });

  it('accepts exactly 128 KiB', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer, await createProject(subgraph, viewer), 'big.txt', { content: 'é'.repeat(2 ** 16) });
    expect((await read(viewer, id)).byteSize).toBe(2 ** 17);
  });

  it('gives a path to one of ten concurrent requests, and TAKEN to the others', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const paths = ['a.py', '/a.py', './a.py', 'a.py', './/a.py', '/./a.py', 'a.py', '\\a.py', 'a.py', 'a.py'];
    const answers = await Promise.all(paths.map((path) => subgraph.execute(viewer, CREATE, { input: { projectId, path, content: '' } })));
    const payloads = answers.map(({ data }) => data.projectFileCreate);
    expect(payloads.filter(({ projectFile }) => projectFile)).toHaveLength(1);
    const errors = payloads.flatMap(({ userErrors }) => userErrors);
    expect(errors.map(({ code, field }) => `${code} ${field}`)).toEqual(Array(9).fill('TAKEN input,path'));
  });

  it('allows paths that differ in case, and the same path in another project', async () => {
    const viewer = aMember();
    const [one, other] = [await createProject(subgraph, viewer), await createProject(subgraph, viewer)];
    const places: [string, string][] = [
      [one, 'a.py'],
      [one, 'A.py'],
      [other, 'a.py'],
    ];
    const ids = [];
    for (const [projectId, path] of places) ids.push(await createFile(subgraph, viewer, projectId, path));
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          projects(orderBy: { field: CREATED_AT, direction: ASC }) {
            nodes {
              file(path: "a.py") {
                id
              }
            }
          }
        }
      `),
    );
    expect(data.projects.nodes).toEqual([{ file: { id: ids[0] } }, { file: { id: ids[2] } }]);
  });

  it('returns the first file for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { projectId: await createProject(subgraph, viewer), path: 'a.py', content: '', idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(viewer, CREATE, { input })));
    expect(new Set(answers.map(({ data }) => data.projectFileCreate.projectFile.id)).size).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, path: 'b.py' } });
    expect(other.data.projectFileCreate).toMatchObject({
      projectFile: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('saving a file', () => {
  it('replaces its content and increments the revision', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer, await createProject(subgraph, viewer), 'a.py', { fileType: 'DATA' });
    const { data } = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, content: 'three' } });
    expect(data.projectFileSave).toEqual({
      projectFile: { path: 'a.py', name: 'a.py', content: 'three', language: 'PYTHON', fileType: 'DATA', byteSize: 5, revision: 2 },
      userErrors: [],
    });
  });

  it('moves it and derives language and purpose from the new path, unless a purpose is given', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer, await createProject(subgraph, viewer), 'a.py');
    const moved = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, path: 'docs/a.md' } });
    expect(moved.data.projectFileSave.projectFile).toMatchObject({
      path: 'docs/a.md',
      language: null,
      fileType: 'DOCUMENTATION',
      content: 'x',
      revision: 2,
    });
    const given = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 2, path: 'a.ts', fileType: 'TEST' } });
    expect(given.data.projectFileSave.projectFile).toMatchObject({ path: 'a.ts', language: 'TYPESCRIPT', fileType: 'TEST', revision: 3 });
  });

  it('accepts one of ten concurrent saves of the same revision and refuses the others', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer, await createProject(subgraph, viewer), 'a.py');
    const save = (content: string) => subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, content } });
    const payloads = (await Promise.all(Array.from({ length: 10 }, (_, index) => save(`v${index}`)))).map(
      ({ data }) => data.projectFileSave,
    );
    const won = payloads.filter(({ projectFile }) => projectFile);
    expect(won).toHaveLength(1);
    expect(payloads.flatMap(({ userErrors }) => userErrors).map(({ code, field }) => `${code} ${field}`)).toEqual(
      Array(9).fill('CONFLICT input,expectedRevision'),
    );
    expect(await read(viewer, id)).toMatchObject({ content: won[0]!.projectFile.content, revision: 2 });
  });

  it.each([
    ['an unknown file', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a malformed id', { id: 'file' }, 'INVALID', ['input', 'id']],
    ['a stale revision', { expectedRevision: 2 }, 'CONFLICT', ['input', 'expectedRevision']],
    ['a path of another file', { path: './b.py' }, 'TAKEN', ['input', 'path']],
    ['a way out of the project', { path: '../a.py' }, 'INVALID', ['input', 'path']],
    ['a content beyond 128 KiB', { content: 'x'.repeat(2 ** 17 + 1) }, 'TOO_LONG', ['input', 'content']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const id = await createFile(subgraph, viewer, projectId, 'a.py');
    await createFile(subgraph, viewer, projectId, 'b.py');
    const { data } = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, content: 'after', ...wrong } });
    expect(data.projectFileSave).toMatchObject({ projectFile: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toMatchObject({ path: 'a.py', content: 'x', revision: 1 });
  });
});

describe('deleting a file', () => {
  it('makes its path available', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const id = await createFile(subgraph, viewer, projectId, 'a.py');
    expect((await subgraph.execute(viewer, DELETE, { id })).data.projectFileDelete).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, id)).toBeNull();
    expect(await createFile(subgraph, viewer, projectId, 'a.py')).not.toBe(id);
  });

  it.each([
    ['an unknown file', uuidv7(), 'NOT_FOUND'],
    ['a malformed id', 'file', 'INVALID'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { id });
    expect(data.projectFileDelete).toEqual({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, as an entity, and to save, delete or add to', async () => {
    const owner = aMember();
    const projectId = await createProject(subgraph, owner);
    const id = await createFile(subgraph, owner, projectId, 'canary.py');
    const stranger = aMember();
    const own = await createFile(subgraph, stranger, await createProject(subgraph, stranger), 'own.py');
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          projectFile(id: $id) {
            path
          }
          _entities(representations: $of) {
            ... on ProjectFile {
              path
              content
            }
          }
        }
      `),
      { id, of: [uuidv7(), own, id].map((each) => ({ __typename: 'ProjectFile', id: each })) },
    );
    expect(data).toEqual({ projectFile: null, _entities: [null, { path: 'own.py', content: 'x' }, null] });
    const save = await subgraph.execute(stranger, SAVE, { input: { id, expectedRevision: 1, content: 'stolen' } });
    expect(save.data.projectFileSave).toMatchObject({ projectFile: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] });
    const deletion = await subgraph.execute(stranger, DELETE, { id });
    expect(deletion.data.projectFileDelete).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const addition = await subgraph.execute(stranger, CREATE, { input: { projectId, path: 'canary.py', content: '' } });
    expect(addition.data.projectFileCreate).toMatchObject({
      projectFile: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'projectId'] }],
    });
    expect(await read(owner, id)).toMatchObject({ content: 'x', revision: 1 });
  });
});
