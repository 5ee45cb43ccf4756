import { badInput } from '../../shared/errors/coded-error.js';
import { Refusal } from '../../shared/errors/user-error.js';
import { parseId } from '../../shared/input/id.js';
import type { PredictionReplayInput } from '../generated/graphql.js';
import { RowFault, type Row } from '../inference/feeds.js';
import { mismatch } from '../inference/json-schema.js';
import type { ModelVersionRow, ModelVersionStore } from '../model-version/model-version.store.js';
import type { ModelRunner } from '../predict/model-runner.js';
import type { PredictTargets, Target } from '../predict/target.store.js';
import type { PredictionRow, PredictionStore } from '../prediction/prediction.store.js';
import { agrees, checkReplay, percentile } from './prediction-replay.rules.js';

const PAGE = 100;
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

export interface ReplayParts {
  versions: ModelVersionStore;
  targets: PredictTargets;
  runner: ModelRunner;
  predictions: PredictionStore;
}

/** Asks versions again what was asked before. It writes nothing. */
export class PredictionReplayStore {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  async replay({ sample: size = 100, tolerance = 1e-6, ...input }: PredictionReplayInput): Promise<Replay | null> {
    checkReplay({ sample: size, tolerance });
    const { versions, targets, runner } = this.#parts;
    const modelVersion = await versions.byId(parseId(input.versionId, 'versionId'));
    if (!modelVersion) return null;
    const target = await targets.find({ versionId: modelVersion.id }, null).catch((error: unknown) => {
      throw error instanceof Refusal ? badInput(error.message) : error;
    });
    const deadline = Date.now() + runner.timeoutMs;
    const sample = await this.#sample(input.filter, size);
    const replay = { modelVersion, sampleCount: sample.length, comparedCount: 0, skippedCount: 0, failedCount: 0, agreedCount: 0 };
    const changes: Replay['changes'] = [];
    const [logged, now]: [number[], number[]] = [[], []];
    for (const prediction of sample) {
      if (Date.now() > deadline) break;
      if (!(await this.#fits(target, prediction.input as Row))) {
        replay.skippedCount++;
        continue;
      }
      const [outcome] = await runner.run(target, [prediction.input as Row]);
      if ('fault' in outcome!) {
        replay.failedCount++;
        continue;
      }
      replay.comparedCount++;
      now.push(outcome!.latencyMs);
      if (prediction.latencyMs !== null) logged.push(prediction.latencyMs);
      if (agrees(prediction.output as Row, outcome!.output, tolerance)) replay.agreedCount++;
      else if (changes.length < MAX_CHANGES) changes.push({ prediction, output: outcome!.output });
    }
    const agreementRate = replay.comparedCount === 0 ? null : replay.agreedCount / replay.comparedCount;
    return { ...replay, agreementRate, changes, loggedLatency: latencyOf(logged), latency: latencyOf(now) };
  }

  async #fits(target: Target, row: Row): Promise<boolean> {
    if (mismatch(target.version.inputSchema as object, row) !== null) return false;
    return this.#parts.runner.check(target, [row]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof RowFault) return false;
        throw error;
      },
    );
  }

  /** The newest predictions with an answer, page by page. */
  async #sample(filter: PredictionReplayInput['filter'], size: number): Promise<PredictionRow[]> {
    const found: PredictionRow[] = [];
    for (let after: string | null = null; found.length < size;) {
      const first = Math.min(PAGE, size - found.length);
      const page = this.#parts.predictions.page({ first, after, filter: { ...filter, statuses: ['SUCCEEDED'] } });
      found.push(...(await page.nodes()).filter(({ output }) => output !== null));
      const { hasNextPage, endCursor } = await page.pageInfo();
      if (!hasNextPage) break;
      after = endCursor;
    }
    return found;
  }
}

const latencyOf = (values: readonly number[]): Latency | null =>
  values.length === 0 ? null : { p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95) };
