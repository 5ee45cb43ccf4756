import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { aRun, createProject, PAGE_INFO, recordExecution, walk } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const RECORD = `mutation ($input: ExecutionRecordInput!) { executionRecord(input: $input) { execution { id status exitCode error } userErrors { code field message } } }`;
const DELETE = `mutation ($id: ID!) { executionDelete(input: { id: $id }) { deletedId userErrors { code field } } }`;

const countOf = async (viewer: Viewer) => (await subgraph.ask(viewer, '{ executions { totalCount } }')).data.executions.totalCount;

describe('recording an execution', () => {
  it('keeps what ran, where, by whom and how it ended', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer, { name: 'p' });
    const run = {
      projectId,
      language: 'JAVASCRIPT',
      code: 'process.exit(3)',
      status: 'NONZERO_EXIT',
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 3,
      error: 'It gave up.',
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:01:00.250Z',
      runner: 'container 4711',
    };
    const { data } = await subgraph.ask(
      viewer,
      `mutation ($input: ExecutionRecordInput!) { executionRecord(input: $input) { execution {
        language code status stdout stderr exitCode error startedAt finishedAt runner durationMs project { id name } user { id } } userErrors { code } } }`,
      { input: run },
    );
    const { projectId: _, ...kept } = run;
    expect(data.executionRecord).toEqual({
      execution: { ...kept, durationMs: 60_250, project: { id: projectId, name: 'p' }, user: { id: viewer.userId } },
      userErrors: [],
    });
  });

  it.each(['TIMEOUT', 'OUT_OF_MEMORY', 'OUTPUT_LIMIT', 'SIGNALED', 'CANCELED'])(
    'notes %s without an exit code, and silence as empty texts',
    async (status) => {
      const viewer = aMember();
      const projectId = await createProject(subgraph, viewer);
      const id = await recordExecution(subgraph, viewer, projectId, { status, exitCode: null, stdout: null, error: 'stopped' });
      const { data } = await subgraph.ask(
        viewer,
        `query ($id: ID!) { execution(id: $id) { status exitCode stdout stderr error runner } }`,
        { id },
      );
      expect(data.execution).toEqual({ status, exitCode: null, stdout: '', stderr: '', error: 'stopped', runner: null });
    },
  );

  it.each([
    ['success with another exit code', { exitCode: 1 }, 'INVALID', ['input', 'exitCode']],
    ['success without an exit code', { exitCode: null }, 'INVALID', ['input', 'exitCode']],
    ['success with an error', { error: 'but' }, 'INVALID', ['input', 'error']],
    ['failure with the exit code 0', { status: 'NONZERO_EXIT' }, 'INVALID', ['input', 'exitCode']],
    ['failure without an exit code', { status: 'NONZERO_EXIT', exitCode: null }, 'INVALID', ['input', 'exitCode']],
    ['a timeout with an exit code', { status: 'TIMEOUT' }, 'INVALID', ['input', 'exitCode']],
    ['an end before the beginning', { finishedAt: '2025-12-31T23:59:59.999Z' }, 'INVALID', ['input', 'finishedAt']],
    [
      'an end in the future',
      { startedAt: '2999-01-01T00:00:00.000Z', finishedAt: '2999-01-01T00:00:00.000Z' },
      'INVALID',
      ['input', 'finishedAt'],
    ],
    [
      'a run of 25 days',
      { startedAt: '2025-12-07T00:00:00.000Z', finishedAt: '2026-01-01T00:00:00.000Z' },
      'INVALID',
      ['input', 'startedAt'],
    ],
    ['a standard output beyond 64 KiB', { stdout: 'é'.repeat(2 ** 15) + 'x' }, 'TOO_LONG', ['input', 'stdout']],
    ['a standard error beyond 64 KiB', { stderr: 'x'.repeat(2 ** 16 + 1) }, 'TOO_LONG', ['input', 'stderr']],
    ['a NUL in the output', { stdout: '\0' }, 'INVALID', ['input', 'stdout']],
    ['code beyond 1 MiB', { code: 'x'.repeat(2 ** 20 + 1) }, 'TOO_LONG', ['input', 'code']],
    ['a long runner', { runner: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'runner']],
    ['a malformed project id', { projectId: 'p' }, 'INVALID', ['input', 'projectId']],
    ['an unknown project', { projectId: uuidv7() }, 'NOT_FOUND', ['input', 'projectId']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and notes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { ...aRun(await createProject(subgraph, viewer)), ...wrong };
    const { data } = await subgraph.ask(viewer, RECORD, { input });
    expect(data.executionRecord).toMatchObject({ execution: null, userErrors: [{ code, field }] });
    expect(await countOf(viewer)).toBe(0);
  });

  it('names all mistakes at once', async () => {
    const input = { ...aRun('p'), exitCode: 1, finishedAt: '2025-01-01T00:00:00.000Z', runner: ' ' };
    const { data } = await subgraph.ask(aMember(), RECORD, { input });
    expect(data.executionRecord.userErrors.map((error: { field: string[] }) => error.field[1])).toEqual([
      'projectId',
      'exitCode',
      'finishedAt',
      'runner',
    ]);
  });

  it('takes a run that ended the moment it began, and exactly 64 KiB of output', async () => {
    const viewer = aMember();
    const id = await recordExecution(subgraph, viewer, await createProject(subgraph, viewer), { stdout: 'x'.repeat(2 ** 16) }, 0);
    const { data } = await subgraph.ask(viewer, `query ($id: ID!) { execution(id: $id) { durationMs stdout } }`, { id });
    expect([data.execution.durationMs, data.execution.stdout.length]).toEqual([0, 2 ** 16]);
  });

  it('answers the first execution again for the same idempotency key, and refuses another input', async () => {
    const viewer = aMember();
    const input = { ...aRun(await createProject(subgraph, viewer)), idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.ask(viewer, RECORD, { input })));
    expect(new Set(answers.map(({ data }) => data.executionRecord.execution.id)).size).toBe(1);
    expect(await countOf(viewer)).toBe(1);
    const other = await subgraph.ask(viewer, RECORD, { input: { ...input, code: '2' } });
    expect(other.data.executionRecord).toMatchObject({
      execution: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('listing executions', () => {
  it('pages through all, and through a project, in every order, both ways, without repeating or skipping', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    for (const milliseconds of [40, 20, 10, 30, 20]) await recordExecution(subgraph, viewer, projectId, {}, milliseconds);
    const other = await createProject(subgraph, viewer);
    await recordExecution(subgraph, viewer, other, {}, 25);
    const select = (window: string) => `executions(${window}) { nodes { durationMs } ${PAGE_INFO} }`;
    const ofAll = async (window: string) => (await subgraph.ask(viewer, `{ ${select(window)} }`)).data.executions;
    const ofProject = async (window: string) =>
      (await subgraph.ask(viewer, `query ($id: ID!) { project(id: $id) { ${select(window)} } }`, { id: projectId })).data.project
        .executions;
    const durations = async (way: 'forward' | 'backward', read: typeof ofAll, args: string) =>
      (await walk(way, (window) => read(window + args))).map(({ durationMs }) => durationMs);

    const byDuration = ', orderBy: { field: DURATION, direction: DESC }';
    expect(await durations('forward', ofAll, byDuration)).toEqual([40, 30, 25, 20, 20, 10]);
    expect(await durations('backward', ofAll, byDuration)).toEqual([10, 20, 20, 25, 30, 40]);
    expect(await durations('forward', ofAll, '')).toEqual([25, 20, 30, 10, 20, 40]);
    expect(await durations('backward', ofAll, '')).toEqual([40, 20, 10, 30, 20, 25]);
    expect(await durations('forward', ofProject, byDuration)).toEqual([40, 30, 20, 20, 10]);
    expect(await durations('backward', ofProject, '')).toEqual([40, 20, 10, 30, 20]);
  });

  it('filters by status, language, project and time', async () => {
    const viewer = aMember();
    const [one, other] = [await createProject(subgraph, viewer), await createProject(subgraph, viewer)];
    await recordExecution(subgraph, viewer, one, { runner: 'ok' });
    await recordExecution(subgraph, viewer, one, { runner: 'late', status: 'TIMEOUT', exitCode: null });
    await recordExecution(subgraph, viewer, other, { runner: 'js', language: 'JAVASCRIPT', status: 'NONZERO_EXIT', exitCode: -1 });
    const runners = async (filter: object) =>
      (
        await subgraph.ask(viewer, `query ($filter: ExecutionFilter) { executions(filter: $filter) { nodes { runner } } }`, { filter })
      ).data.executions.nodes
        .map((node: { runner: string }) => node.runner)
        .sort();
    expect(await runners({ statuses: ['TIMEOUT', 'NONZERO_EXIT'] })).toEqual(['js', 'late']);
    expect(await runners({ statuses: [] })).toEqual([]);
    expect(await runners({ language: 'PYTHON' })).toEqual(['late', 'ok']);
    expect(await runners({ projectId: other })).toEqual(['js']);
    expect(await runners({ statuses: ['SUCCEEDED'], createdFrom: '2020-01-01T00:00:00.000Z' })).toEqual(['ok']);
    expect(await runners({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    const { errors } = await subgraph.ask(viewer, '{ executions(filter: { projectId: "x" }) { totalCount } }');
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('costs as many statements for many executions as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      for (let index = 0; index < count; index += 1) await recordExecution(subgraph, viewer, await createProject(subgraph, viewer));
      subgraph.statements.take();
      const { data, errors } = await subgraph.ask(
        viewer,
        '{ executions(first: 50) { totalCount nodes { code stdout stderr user { id projects { totalCount } } project { name fileCount executions { totalCount } } } } }',
      );
      expect(errors).toBeUndefined();
      expect(data.executions.nodes).toHaveLength(count);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(7);
  });

  it('reads the long texts only where they are selected', async () => {
    const viewer = aMember();
    await recordExecution(subgraph, viewer, await createProject(subgraph, viewer));
    subgraph.statements.take();
    await subgraph.ask(viewer, '{ executions { nodes { id status durationMs } } }');
    expect(subgraph.statements.take().join()).not.toMatch(/stdout|"code"/);
  });
});

describe('deleting an execution', () => {
  it('deletes it and leaves its project', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const id = await recordExecution(subgraph, viewer, projectId);
    expect((await subgraph.ask(viewer, DELETE, { id })).data.executionDelete).toEqual({ deletedId: id, userErrors: [] });
    const { data } = await subgraph.ask(
      viewer,
      `query ($id: ID!, $projectId: ID!) { execution(id: $id) { id } project(id: $projectId) { id } }`,
      { id, projectId },
    );
    expect(data).toEqual({ execution: null, project: { id: projectId } });
  });

  it.each([
    ['an unknown execution', uuidv7(), 'NOT_FOUND'],
    ['a malformed id', 'x', 'INVALID'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.ask(aMember(), DELETE, { id });
    expect(data.executionDelete).toEqual({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('tenancy', () => {
  it('shows another organization neither by id, nor in a page, nor as an entity, nor to delete or add to', async () => {
    const owner = aMember();
    const projectId = await createProject(subgraph, owner);
    const id = await recordExecution(subgraph, owner, projectId, { runner: 'canary' });
    const stranger = aMember();
    const { data } = await subgraph.ask(
      stranger,
      `query ($id: ID!, $projectId: ID!, $of: [_Any!]!) { execution(id: $id) { runner } executions { totalCount }
        ofProject: executions(filter: { projectId: $projectId }) { nodes { id } } _entities(representations: $of) { ... on Execution { runner code } } }`,
      { id, projectId, of: [{ __typename: 'Execution', id }] },
    );
    expect(data).toEqual({ execution: null, executions: { totalCount: 0 }, ofProject: { nodes: [] }, _entities: [null] });
    expect((await subgraph.ask(stranger, DELETE, { id })).data.executionDelete).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    const addition = await subgraph.ask(stranger, RECORD, { input: aRun(projectId) });
    expect(addition.data.executionRecord).toMatchObject({
      execution: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'projectId'] }],
    });
    expect(await countOf(owner)).toBe(1);
  });
});
