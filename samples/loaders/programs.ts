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

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What a program printed, and the execution that recorded it. */
export interface ProgramResult {
  executionId: string;
  startedAt: Date;
  durationMs: number;
  metrics: Record<string, number>;
  tested: Tested[];
}

/** Runs a program of the demo project in a process of its own and records the execution, output and all. */
export async function runProgram(
  graph: GraphClient,
  projectId: string,
  { file, target, features }: Experiment,
  trial: Trial,
): Promise<ProgramResult> {
  const program = path(`../programs/${trial.program}`);
  const startedAt = new Date();
  const args = [program, path(`../data/${file}`), target, ...trial.options, ...features];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const finishedAt = new Date();
  const { metrics, tested } = JSON.parse(stdout) as Pick<ProgramResult, 'metrics' | 'tested'>;
  const code = readFileSync(program, 'utf8');
  const input = {
    projectId,
    language: 'JAVASCRIPT',
    code,
    status: 'SUCCEEDED',
    stdout,
    stderr: '',
    exitCode: 0,
    startedAt,
    finishedAt,
    runner: `node ${process.version}`,
  };
  const { executionRecord } = await graph.run(
    'mutation ($input: ExecutionRecordInput!) { executionRecord(input: $input) { execution { id } userErrors { code field message } } }',
    { input },
  );
  return { executionId: executionRecord.execution.id, startedAt, durationMs: finishedAt.getTime() - startedAt.getTime(), metrics, tested };
}
