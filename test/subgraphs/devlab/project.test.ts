import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createProject, PAGE_INFO, recordExecution, readAllPages } from './arrange.js';
import { CREATE, CREATE_WITH_LITERALS, DELETE, PROJECTS_WITH_FILES, UPDATE } from './project.documents.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const read = async (viewer: Viewer, id: string) =>
  (
    await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          project(id: $id) {
            name
            description
            language
            environment
            metadata
            revision
          }
        }
      `),
      { id },
    )
  ).data.project;

describe('creating a project', () => {
  it('stores the input and its creator', async () => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, CREATE_WITH_LITERALS);
    expect(data.projectCreate).toEqual({
      project: {
        name: 'crawler',
        description: 'Reads pages.',
        language: 'TYPESCRIPT',
        environment: { DEPTH: '3', _x1: '' },
        metadata: { team: ['a'] },
        revision: 1,
        owner: { id: viewer.userId },
        fileCount: 0,
        files: { totalCount: 0 },
        executions: { totalCount: 0 },
      },
      userErrors: [],
    });
  });

  it('allows two projects with the same name', async () => {
    const viewer = aMember();
    const ids = [await createProject(subgraph, viewer, { name: 'twin' }), await createProject(subgraph, viewer, { name: 'twin' })];
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'name']],
    ['a long description', { description: 'x'.repeat(5_001) }, 'TOO_LONG', ['input', 'description']],
    ['an environment that is no object', { environment: ['A'] }, 'INVALID', ['input', 'environment']],
    ['a number in the environment', { environment: { A: 1 } }, 'INVALID', ['input', 'environment', 'A']],
    ['a variable that no shell could name', { environment: { 'A=B': '1' } }, 'INVALID', ['input', 'environment', 'A=B']],
    ['a variable with a NUL', { environment: { A: 'a\0b' } }, 'INVALID', ['input', 'environment', 'A']],
    ['a long variable', { environment: { A: 'x'.repeat(10_001) } }, 'TOO_LONG', ['input', 'environment', 'A']],
    [
      'too many variables',
      { environment: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`V${i}`, ''])) },
      'TOO_LONG',
      ['input', 'environment'],
    ],
    ['metadata that is no object', { metadata: 'note' }, 'INVALID', ['input', 'metadata']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, CREATE, { input: { name: 'n', language: 'PYTHON', ...wrong } });
    expect(data.projectCreate).toMatchObject({ project: null, userErrors: [{ code, field }] });
    expect((await subgraph.execute(viewer, graphql('{ projects { totalCount } }'))).data.projects.totalCount).toBe(0);
  });

  it('reports all user errors at once', async () => {
    const input = { name: '', language: 'PYTHON', environment: { A: 1, '1': 'x' } };
    const { data } = await subgraph.execute(aMember(), CREATE, { input });
    expect(data.projectCreate.userErrors.map((error) => error.field.at(-1))).toEqual(['name', '1', 'A']);
  });

  it('returns the first project for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { name: 'once', language: 'PYTHON', idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(viewer, CREATE, { input })));
    expect(new Set(answers.map(({ data }) => data.projectCreate.project.id)).size).toBe(1);
    expect((await subgraph.execute(viewer, graphql('{ projects { totalCount } }'))).data.projects.totalCount).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, name: 'twice' } });
    expect(other.data.projectCreate).toMatchObject({
      project: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('changing a project', () => {
  it('keeps omitted fields, clears nullable ones, and increments the revision', async () => {
    const viewer = aMember();
    const id = await createProject(subgraph, viewer, { description: 'old', environment: { A: '1' }, metadata: { kept: true } });
    const input = {
      id,
      expectedRevision: 1,
      name: 'new',
      description: null,
      language: 'JAVASCRIPT',
      environment: { B: '2' },
      metadata: null,
    };
    const { data } = await subgraph.execute(viewer, UPDATE, { input });
    const project = {
      id,
      name: 'new',
      description: null,
      language: 'JAVASCRIPT',
      environment: { B: '2' },
      metadata: { kept: true },
      revision: 2,
    };
    expect(data.projectUpdate).toEqual({ project, userErrors: [] });
  });

  it('accepts one of ten concurrent changes of the same revision and refuses the others', async () => {
    const viewer = aMember();
    const id = await createProject(subgraph, viewer);
    const change = (name: string) => subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 1, name } });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => change(`n${index}`)));
    const won = answers.filter(({ data }) => data.projectUpdate.project);
    expect(won).toHaveLength(1);
    const errors = answers.flatMap(({ data }) => data.projectUpdate.userErrors);
    expect(errors).toHaveLength(9);
    expect(new Set(errors.map(({ code, field }) => `${code} ${field}`))).toEqual(new Set(['CONFLICT input,expectedRevision']));
    expect(await read(viewer, id)).toMatchObject({ name: won[0]!.data.projectUpdate.project.name, revision: 2 });
  });

  it.each([
    ['an unknown project', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a malformed id', { id: 'project' }, 'INVALID', ['input', 'id']],
    ['a stale revision', { expectedRevision: 0 }, 'CONFLICT', ['input', 'expectedRevision']],
    ['a blank name', { name: '' }, 'BLANK', ['input', 'name']],
    ['an environment of numbers', { environment: { A: 1 } }, 'INVALID', ['input', 'environment', 'A']],
    ['metadata that is no object', { metadata: [] }, 'INVALID', ['input', 'metadata']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createProject(subgraph, viewer, { name: 'before' });
    const { data } = await subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 1, name: 'after', ...wrong } });
    expect(data.projectUpdate).toMatchObject({ project: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toMatchObject({ name: 'before', revision: 1 });
  });
});

describe('deleting a project', () => {
  it('deletes its files and executions and returns their numbers', async () => {
    const viewer = aMember();
    const [id, other] = [await createProject(subgraph, viewer), await createProject(subgraph, viewer)];
    const file = await createFile(subgraph, viewer, id, 'a.py');
    await createFile(subgraph, viewer, id, 'b.py');
    await createFile(subgraph, viewer, other, 'a.py');
    const execution = await recordExecution(subgraph, viewer, id);
    const { data } = await subgraph.execute(viewer, DELETE, { id });
    expect(data.projectDelete).toEqual({ deleted: { id, fileCount: 2, executionCount: 1 }, userErrors: [] });
    const left = await subgraph.execute(
      viewer,
      graphql(`
        query ($file: ID!, $execution: ID!) {
          projectFile(id: $file) {
            id
          }
          execution(id: $execution) {
            id
          }
          projects {
            nodes {
              id
              fileCount
            }
          }
        }
      `),
      { file, execution },
    );
    expect(left.data).toEqual({ projectFile: null, execution: null, projects: { nodes: [{ id: other, fileCount: 1 }] } });
  });

  it.each([
    ['an unknown project', uuidv7(), 'NOT_FOUND'],
    ['a malformed id', 'project', 'INVALID'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { id });
    expect(data.projectDelete).toEqual({ deleted: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('listing projects', () => {
  const names = async (viewer: Viewer, args: string) => {
    const page = async (window: string) =>
      (
        await subgraph.execute<{ projects: Connection<{ name: string }> }>(
          viewer,
          `{ projects(${window}${args}) { nodes { name } ${PAGE_INFO} } }`,
        )
      ).data.projects;
    return {
      forward: (await readAllPages('forward', page)).map(({ name }) => name),
      backward: (await readAllPages('backward', page)).map(({ name }) => name),
    };
  };

  it('pages through all of them in every order, forward and backward, without repeating or skipping', async () => {
    const viewer = aMember();
    const ids: string[] = [];
    for (const name of ['d', 'b', 'a', 'c', 'b']) ids.push(await createProject(subgraph, viewer, { name }));
    await subgraph.execute(viewer, UPDATE, { input: { id: ids[2], expectedRevision: 1 } });
    const orders: [string, string[]][] = [
      [', orderBy: { field: NAME, direction: ASC }', ['a', 'b', 'b', 'c', 'd']],
      [', orderBy: { field: NAME, direction: DESC }', ['d', 'c', 'b', 'b', 'a']],
      [', orderBy: { field: CREATED_AT, direction: ASC }', ['d', 'b', 'a', 'c', 'b']],
      [', orderBy: { field: UPDATED_AT, direction: DESC }', ['a', 'b', 'c', 'b', 'd']],
      ['', ['b', 'c', 'a', 'b', 'd']],
    ];
    for (const [args, expected] of orders)
      expect(await names(viewer, args)).toEqual({ forward: expected, backward: [...expected].reverse() });
  });

  it('filters by name, language, owner and time', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    await createProject(subgraph, viewer, { name: '100% pure' });
    await createProject(subgraph, colleague, { name: '100 others', language: 'JAVASCRIPT' });
    const names = async (filter: object) =>
      (
        await subgraph.execute(viewer, graphql('query ($filter: ProjectFilter) { projects(filter: $filter) { nodes { name } } }'), {
          filter,
        })
      ).data.projects.nodes.map((node) => node.name);
    expect(await names({ nameContains: '0% P' })).toEqual(['100% pure']);
    expect(await names({ language: 'JAVASCRIPT' })).toEqual(['100 others']);
    expect(await names({ ownerId: colleague.userId.toUpperCase() })).toEqual(['100 others']);
    expect(await names({ createdFrom: '2020-01-01T00:00:00.000Z' })).toHaveLength(2);
    expect(await names({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    const { errors } = await subgraph.execute(viewer, graphql('{ projects(filter: { ownerId: "me" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes as many statements for many projects with their connections as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      for (let index = 0; index < count; index += 1) {
        const id = await createProject(subgraph, viewer);
        for (const path of ['main.py', 'b.py', 'c.py']) await createFile(subgraph, viewer, id, path);
        await recordExecution(subgraph, viewer, id);
      }
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(viewer, PROJECTS_WITH_FILES);
      expect(errors).toBeUndefined();
      expect(data.projects.nodes).toHaveLength(count);
      for (const node of data.projects.nodes)
        expect([node.file.content, node.files.nodes.length, node.executions.nodes.length]).toEqual(['x', 2, 1]);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(12);
  });
});

describe('tenancy', () => {
  it('returns a project to every member of its organization', async () => {
    const owner = aMember();
    const id = await createProject(subgraph, owner, { name: 'shared' });
    expect(await read(aMember(owner.organizationId), id)).toMatchObject({ name: 'shared' });
  });

  it('hides it from another organization: by id, in a page, as an entity, and to change or delete', async () => {
    const owner = aMember();
    const id = await createProject(subgraph, owner, { name: 'canary' });
    const stranger = aMember();
    const own = await createProject(subgraph, stranger, { name: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $owner: ID!, $of: [_Any!]!) {
          project(id: $id) {
            name
          }
          projects {
            totalCount
          }
          owned: projects(filter: { ownerId: $owner }) {
            totalCount
          }
          _entities(representations: $of) {
            ... on Project {
              name
            }
          }
        }
      `),
      { id, owner: owner.userId, of: [id, own, uuidv7(), 'x'].map((each) => ({ __typename: 'Project', id: each })) },
    );
    expect(data).toEqual({
      project: null,
      projects: { totalCount: 1 },
      owned: { totalCount: 0 },
      _entities: [null, { name: 'own' }, null, null],
    });
    const update = await subgraph.execute(stranger, UPDATE, { input: { id, expectedRevision: 1, name: 'x' } });
    expect(update.data.projectUpdate).toMatchObject({ project: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const deletion = await subgraph.execute(stranger, DELETE, { id });
    expect(deletion.data.projectDelete).toMatchObject({ deleted: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await read(owner, id)).toMatchObject({ name: 'canary', revision: 1 });
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    for (const query of ['{ projects { nodes { id } } }', `{ project(id: "${uuidv7()}") { id } }`]) {
      expect((await subgraph.execute(null, query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    expect((await subgraph.execute(aMember(), graphql('{ project(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
