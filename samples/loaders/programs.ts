import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Experiment, Trial } from '../experiments.js';
import type { GraphClient } from '../graph-client.js';

/** One row that a program tested: what it saw, said and should have said. */
export interface Tested {
  input: Record<string, number>;
  predicted: string | number;
  actual: string | number;
  confidence?: number;
  latencyMs: number;
}

/** What a program printed, and the execution that recorded it. */
export interface ProgramResult {
  executionId: string;
  startedAt: string;
  durationMs: number;
  metrics: Record<string, number>;
  tested: Tested[];
}

interface Execution {
  id: string;
  stdout: string;
  startedAt: string;
  durationMs: number;
}

const FIELDS = 'id stdout startedAt durationMs';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What a program of the demo project prints for this trial, as it was recorded: now, or by an earlier loading. */
export async function runProgram(
  graph: GraphClient,
  projectId: string,
  { file, target, features }: Experiment,
  { program, options }: Trial,
): Promise<ProgramResult> {
  const args = [file, target, ...options, ...features];
  const execution = (await recorded(graph, projectId, args)) ?? (await record(graph, projectId, program, args));
  const { metrics, tested } = JSON.parse(execution.stdout) as Pick<ProgramResult, 'metrics' | 'tested'>;
  const { id: executionId, startedAt, durationMs } = execution;
  return { executionId, startedAt, durationMs, metrics, tested };
}

/** The project's execution with these arguments, which every program prints before all else. */
async function recorded(graph: GraphClient, projectId: string, args: readonly string[]): Promise<Execution | undefined> {
  const { executions } = await graph.run(
    `query ($projectId: ID!) {
      executions(first: 100, filter: { projectId: $projectId, statuses: [SUCCEEDED] }, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ${FIELDS} } }
    }`,
    { projectId },
  );
  return (executions.nodes as Execution[]).find(({ stdout }) => stdout.startsWith(`{"arguments":${JSON.stringify(args)},`));
}

/** Runs a program in a process of its own and records the execution, output and all. */
async function record(graph: GraphClient, projectId: string, program: string, args: readonly string[]): Promise<Execution> {
  const file = path(`../programs/${program}`);
  const startedAt = new Date();
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { cwd: path('../data') });
  const finishedAt = new Date();
  const input = {
    projectId,
    language: 'JAVASCRIPT',
    code: readFileSync(file, 'utf8'),
    status: 'SUCCEEDED',
    stdout,
    stderr: '',
    exitCode: 0,
    startedAt,
    finishedAt,
    runner: `node ${process.version}`,
    idempotencyKey: `sample-${args.join('-')}`,
  };
  const { executionRecord } = await graph.run(
    `mutation ($input: ExecutionRecordInput!) { executionRecord(input: $input) { execution { ${FIELDS} } userErrors { code field message } } }`,
    { input },
  );
  return executionRecord.execution;
}
