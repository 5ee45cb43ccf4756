import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/devlab.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { aRun, createProject, recordExecution } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const RECORD = graphql(`
  mutation ($input: ExecutionRecordInput!) {
    executionRecord(input: $input) {
      execution {
        id
        status
        exitCode
        error
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
    executionDelete(input: { id: $id }) {
      deletedId
      userErrors {
        code
        field
      }
    }
  }
`);

const countOf = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ executions { totalCount } }'))).data.executions.totalCount;

describe('recording an execution', () => {
  it('stores the code, the environment, the user, and the outcome', async () => {
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
      maxMemoryBytes: 2 ** 40,
      cpuMs: 120_000,
      securityScan: { scanner: 'grep', findings: [{ line: 1, severity: 'low' }] },
    };
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($input: ExecutionRecordInput!) {
          executionRecord(input: $input) {
            execution {
              language
              code
              status
              stdout
              stderr
              exitCode
              error
              startedAt
              finishedAt
              runner
              maxMemoryBytes
              cpuMs
              securityScan
              durationMs
              project {
                id
                name
              }
              user {
                id
              }
            }
            userErrors {
              code
            }
          }
        }
      `),
      { input: run },
    );
    const { projectId: _, ...kept } = run;
    expect(data.executionRecord).toEqual({
      execution: { ...kept, durationMs: 60_250, project: { id: projectId, name: 'p' }, user: { id: viewer.userId } },
      userErrors: [],
    });
  });

  it.each(['TIMEOUT', 'OUT_OF_MEMORY', 'OUTPUT_LIMIT', 'SIGNALED', 'CANCELED'])(
    'stores %s without an exit code, and missing output as empty strings',
    async (status) => {
      const viewer = aMember();
      const projectId = await createProject(subgraph, viewer);
      const id = await recordExecution(subgraph, viewer, projectId, { status, exitCode: null, stdout: null, error: 'stopped' });
      const { data } = await subgraph.execute(
        viewer,
        graphql('query ($id: ID!) { execution(id: $id) { status exitCode stdout stderr error runner } }'),
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
    ['code beyond 128 KiB', { code: 'x'.repeat(2 ** 17 + 1) }, 'TOO_LONG', ['input', 'code']],
    ['a long runner', { runner: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'runner']],
    ['less memory than none', { maxMemoryBytes: -1 }, 'INVALID', ['input', 'maxMemoryBytes']],
    ['less processor time than none', { cpuMs: -1 }, 'INVALID', ['input', 'cpuMs']],
    ['a security scan that is a list', { securityScan: [] }, 'INVALID', ['input', 'securityScan']],
    ['a security scan that is a text', { securityScan: 'clean' }, 'INVALID', ['input', 'securityScan']],
    ['a malformed project id', { projectId: 'p' }, 'INVALID', ['input', 'projectId']],
    ['an unknown project', { projectId: uuidv7() }, 'NOT_FOUND', ['input', 'projectId']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { ...aRun(await createProject(subgraph, viewer)), ...wrong };
    const { data } = await subgraph.execute(viewer, RECORD, { input });
    expect(data.executionRecord).toMatchObject({ execution: null, userErrors: [{ code, field }] });
    expect(await countOf(viewer)).toBe(0);
  });

  it('reports all user errors at once', async () => {
    const input = { ...aRun('p'), exitCode: 1, finishedAt: '2025-01-01T00:00:00.000Z', runner: ' ' };
    const { data } = await subgraph.execute(aMember(), RECORD, { input });
    expect(data.executionRecord.userErrors.map((error) => error.field[1])).toEqual(['projectId', 'exitCode', 'finishedAt', 'runner']);
  });

  it('accepts a run without duration, with 64 KiB of output and 128 KiB of code', async () => {
    const viewer = aMember();
    const texts = { stdout: 'x'.repeat(2 ** 16), code: 'x'.repeat(2 ** 17) };
    const id = await recordExecution(subgraph, viewer, await createProject(subgraph, viewer), texts, 0);
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { execution(id: $id) { durationMs stdout code } }'), { id });
    expect(data.execution).toEqual({ durationMs: 0, ...texts });
  });

  it.each([
    ['nothing where it was not measured or scanned', {}, { maxMemoryBytes: null, cpuMs: null, securityScan: null }],
    [
      'null as not measured and not scanned',
      { maxMemoryBytes: null, cpuMs: null, securityScan: null },
      { maxMemoryBytes: null, cpuMs: null, securityScan: null },
    ],
    [
      'nothing used, and a scan that found nothing',
      { maxMemoryBytes: 0, cpuMs: 0, securityScan: {} },
      { maxMemoryBytes: 0, cpuMs: 0, securityScan: {} },
    ],
  ])('stores %s', async (_, given, kept) => {
    const viewer = aMember();
    await recordExecution(subgraph, viewer, await createProject(subgraph, viewer), given);
    const { data } = await subgraph.execute(viewer, graphql('{ executions { nodes { maxMemoryBytes cpuMs securityScan } } }'));
    expect(data.executions.nodes).toEqual([kept]);
  });

  it('returns the first execution for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { ...aRun(await createProject(subgraph, viewer)), idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(viewer, RECORD, { input })));
    expect(new Set(answers.map(({ data }) => data.executionRecord.execution.id)).size).toBe(1);
    expect(await countOf(viewer)).toBe(1);
    const other = await subgraph.execute(viewer, RECORD, { input: { ...input, code: '2' } });
    expect(other.data.executionRecord).toMatchObject({
      execution: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('deleting an execution', () => {
  it('deletes it and keeps its project', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    const id = await recordExecution(subgraph, viewer, projectId);
    expect((await subgraph.execute(viewer, DELETE, { id })).data.executionDelete).toEqual({ deletedId: id, userErrors: [] });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $projectId: ID!) {
          execution(id: $id) {
            id
          }
          project(id: $projectId) {
            id
          }
        }
      `),
      { id, projectId },
    );
    expect(data).toEqual({ execution: null, project: { id: projectId } });
  });

  it.each([
    ['an unknown execution', uuidv7(), 'NOT_FOUND'],
    ['a malformed id', 'x', 'INVALID'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { id });
    expect(data.executionDelete).toEqual({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to delete or add to', async () => {
    const owner = aMember();
    const projectId = await createProject(subgraph, owner);
    const id = await recordExecution(subgraph, owner, projectId, { runner: 'canary' });
    const stranger = aMember();
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $projectId: ID!, $of: [_Any!]!) {
          execution(id: $id) {
            runner
          }
          executions {
            totalCount
          }
          ofProject: executions(filter: { projectId: $projectId }) {
            nodes {
              id
            }
          }
          _entities(representations: $of) {
            ... on Execution {
              runner
              code
            }
          }
        }
      `),
      { id, projectId, of: [{ __typename: 'Execution', id }] },
    );
    expect(data).toEqual({ execution: null, executions: { totalCount: 0 }, ofProject: { nodes: [] }, _entities: [null] });
    expect((await subgraph.execute(stranger, DELETE, { id })).data.executionDelete).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    const addition = await subgraph.execute(stranger, RECORD, { input: aRun(projectId) });
    expect(addition.data.executionRecord).toMatchObject({
      execution: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'projectId'] }],
    });
    expect(await countOf(owner)).toBe(1);
  });
});
