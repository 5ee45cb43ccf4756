import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Experiment, Trial } from '../experiments.js';
import type { GraphClient } from '../graph-client.js';

/** A test row: the input, the prediction of the program and the actual value. */
export interface TestedRow {
  input: Record<string, number>;
  predicted: string | number;
  actual: string | number;
  confidence?: number;
  latencyMs: number;
}

/** The output of a program, and the execution that recorded it. */
export interface ProgramResult {
  executionId: string;
  startedAt: string;
  durationMs: number;
  metrics: Record<string, number>;
  tested: TestedRow[];
}

interface Execution {
  id: string;
  stdout: string;
  startedAt: string;
  durationMs: number;
}

const EXECUTION_FIELDS = 'id stdout startedAt durationMs';

const absolutePath = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Returns the output of a program for this trial. Runs and records the program unless an earlier load has recorded it. */
export async function runProgram(
  graph: GraphClient,
  projectId: string,
  { file, target, features }: Experiment,
  { program, options }: Trial,
): Promise<ProgramResult> {
  const args = [file, target, ...options, ...features];
  const execution = (await findExecution(graph, projectId, args)) ?? (await executeAndRecord(graph, projectId, program, args));
  const { metrics, tested } = JSON.parse(execution.stdout) as Pick<ProgramResult, 'metrics' | 'tested'>;
  const { id: executionId, startedAt, durationMs } = execution;
  return { executionId, startedAt, durationMs, metrics, tested };
}

/** Finds the recorded execution with these arguments, with which the output of every program begins. */
async function findExecution(graph: GraphClient, projectId: string, args: readonly string[]): Promise<Execution | undefined> {
  const { executions } = await graph.run(
    `query ($projectId: ID!) {
      executions(first: 100, filter: { projectId: $projectId, statuses: [SUCCEEDED] }, orderBy: { field: CREATED_AT, direction: ASC }) {
        nodes { ${EXECUTION_FIELDS} }
      }
    }`,
    { projectId },
  );
  return (executions.nodes as Execution[]).find(({ stdout }) => stdout.startsWith(`{"arguments":${JSON.stringify(args)},`));
}

/** Runs a program in a child process and records the execution with its output. */
async function executeAndRecord(graph: GraphClient, projectId: string, program: string, args: readonly string[]): Promise<Execution> {
  const file = absolutePath(`../programs/${program}`);
  const startedAt = new Date();
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { cwd: absolutePath('../data') });
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
    `mutation ($input: ExecutionRecordInput!) {
      executionRecord(input: $input) { execution { ${EXECUTION_FIELDS} } userErrors { code field message } }
    }`,
    { input },
  );
  return executionRecord.execution;
}
