import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** A training run as `seenRun` selects it. */
export type TrainingRun = Awaited<ReturnType<typeof readRun>>;

const START = graphql(`
  mutation ($input: TrainingRunStartInput!) {
    trainingRunStart(input: $input) {
      trainingRun {
        id
        status
        isExecuted
        progress
        hyperparameters
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const RUN = graphql(`
  query ($id: ID!) {
    trainingRun(id: $id) {
      status
      progress
      error
      durationMs
      finishedAt
      hyperparameters
      metrics {
        name
        value
        nonFinite
      }
      artifact {
        id
        filename
        mimeType
        downloadUrl
      }
      loss: metricHistory(name: "train_loss") {
        pointCount
        points {
          step
          value
        }
      }
      folds: metricHistory(name: "cv_accuracy") {
        points {
          step
          value
        }
      }
    }
  }
`);

/** Asks the platform to train; answers the payload. */
export async function startExecutedRun(subgraph: RunningSubgraph, viewer: Viewer, input: object) {
  const { data, errors } = await subgraph.execute(viewer, START, { input: { execute: true, ...input } });
  expect(errors).toBeUndefined();
  return data.trainingRunStart;
}

export async function readRun(subgraph: RunningSubgraph, viewer: Viewer, id: string) {
  return (await subgraph.execute(viewer, RUN, { id })).data.trainingRun;
}

/** Waits until the run is as wanted, and answers it. */
export async function waitForRun(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  id: string,
  isWanted: (run: TrainingRun) => boolean,
): Promise<TrainingRun> {
  for (;;) {
    const run = await readRun(subgraph, viewer, id);
    if (isWanted(run)) return run;
    await sleep(50);
  }
}

export const hasEnded = ({ status }: TrainingRun): boolean => !['QUEUED', 'RUNNING'].includes(status);

/** The processes that this one has started to train. */
export function trainingProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isTrainer(pid));
}

function isTrainer(pid: number): boolean {
  try {
    const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('train.child.js');
  } catch {
    return false; // It ended meanwhile.
  }
}
