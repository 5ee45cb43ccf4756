import { badInput } from '../../shared/errors/coded-error.js';
import { Refusal } from '../../shared/errors/user-error.js';
import { parseId } from '../../shared/input/id.js';
import type { PredictionReplayInput } from '../generated/graphql.js';
import { RowFault, type Row } from '../inference/feeds.js';
import type { ModelVersionRow, ModelVersionStore } from '../model-version/model-version.store.js';
import type { ModelRunner } from '../predict/model-runner.js';
import type { TargetStore, Target } from '../predict/target.store.js';
import type { PredictionRow, PredictionStore } from '../prediction/prediction.store.js';
import { outputsAgree, validateReplay, percentile } from './prediction-replay.rules.js';

const PAGE_SIZE = 100;
const MAX_CHANGES = 100;

interface Latency {
  p50Ms: number;
  p95Ms: number;
}

export interface Replay {
  modelVersion: ModelVersionRow;
  sampleCount: number;
  comparedCount: number;
  skippedCount: number;
  failedCount: number;
  agreedCount: number;
  agreementRate: number | null;
  changes: { prediction: PredictionRow; output: object }[];
  loggedLatency: Latency | null;
  latency: Latency | null;
}

export interface ReplayDependencies {
  versions: ModelVersionStore;
  targets: TargetStore;
  runner: ModelRunner;
  predictions: PredictionStore;
}

/** Runs a model version on the inputs of earlier predictions and compares the outputs. It does not write to the database. */
export class PredictionReplayStore {
  readonly #dependencies: ReplayDependencies;

  constructor(parts: ReplayDependencies) {
    this.#dependencies = parts;
  }

  async replay({ sample: sampleSize = 100, tolerance = 1e-6, ...input }: PredictionReplayInput): Promise<Replay | null> {
    validateReplay({ sample: sampleSize, tolerance });
    const { versions, targets, runner } = this.#dependencies;
    const modelVersion = await versions.byId(parseId(input.versionId, 'versionId'));
    if (!modelVersion) return null;
    const target = await targets.resolve({ versionId: modelVersion.id }, null).catch((error: unknown) => {
      throw error instanceof Refusal ? badInput(error.message) : error;
    });
    const deadline = Date.now() + runner.timeoutMs;
    const sample = await this.#sample(input.filter, sampleSize);
    const replay = { modelVersion, sampleCount: sample.length, comparedCount: 0, skippedCount: 0, failedCount: 0, agreedCount: 0 };
    const changes: Replay['changes'] = [];
    const [loggedLatencies, latencies]: [number[], number[]] = [[], []];
    for (const prediction of sample) {
      if (Date.now() > deadline) break;
      if (!(await this.#acceptsRow(target, prediction.input as Row))) {
        replay.skippedCount++;
        continue;
      }
      const [outcome] = await runner.run(target, [prediction.input as Row]);
      if ('fault' in outcome!) {
        replay.failedCount++;
        continue;
      }
      replay.comparedCount++;
      latencies.push(outcome!.latencyMs);
      if (prediction.latencyMs !== null) loggedLatencies.push(prediction.latencyMs);
      if (outputsAgree(prediction.output as Row, outcome!.output, tolerance)) replay.agreedCount++;
      else if (changes.length < MAX_CHANGES) changes.push({ prediction, output: outcome!.output });
    }
    const agreementRate = replay.comparedCount === 0 ? null : replay.agreedCount / replay.comparedCount;
    return { ...replay, agreementRate, changes, loggedLatency: latencyOf(loggedLatencies), latency: latencyOf(latencies) };
  }

  async #acceptsRow(target: Target, row: Row): Promise<boolean> {
    if (this.#dependencies.runner.schemaMismatch(target, row) !== null) return false;
    return this.#dependencies.runner.checkRows(target, [row]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof RowFault) return false;
        throw error;
      },
    );
  }

  /** Reads the newest predictions that SUCCEEDED and have an output, page by page. */
  async #sample(filter: PredictionReplayInput['filter'], size: number): Promise<PredictionRow[]> {
    const predictions: PredictionRow[] = [];
    for (let after: string | null = null; predictions.length < size;) {
      const first = Math.min(PAGE_SIZE, size - predictions.length);
      const page = this.#dependencies.predictions.page({ first, after, filter: { ...filter, statuses: ['SUCCEEDED'] } });
      predictions.push(...(await page.nodes()).filter(({ output }) => output !== null));
      const { hasNextPage, endCursor } = await page.pageInfo();
      if (!hasNextPage) break;
      after = endCursor;
    }
    return predictions;
  }
}

const latencyOf = (values: readonly number[]): Latency | null =>
  values.length === 0 ? null : { p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95) };
