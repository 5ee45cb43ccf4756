import { setTimeout as pause } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, Refusal, refuseIf } from '../../shared/errors/user-error.js';
import { findRecordedResult, idempotently } from '../../shared/idempotency/idempotency.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PredictBatchInput, PredictInput } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { RowFault, type Row } from '../inference/feeds.js';
import type { PredictionRow, PredictionStore } from '../prediction/prediction.store.js';
import type { ModelRunner, Outcome } from './model-runner.js';
import { batchProblems, predictProblems, schemaProblems } from './predict.rules.js';
import { endOf, PredictionLog } from './prediction-log.store.js';
import type { PredictTargets, Target } from './target.store.js';

export interface PredictParts {
  targets: PredictTargets;
  runner: ModelRunner;
  predictions: PredictionStore;
}

/** How much longer than it may take a prediction counts as worked on: the time to write down its end. */
const GRACE_MS = 30_000;
/** A prediction that ends sooner is written once, with its end. Where its server breaks down before, nobody was told of any. */
const NOTE_AFTER_MS = 100;
/** How often to look whether a prediction has ended that another request makes. */
const LOOK_MS = 25;

const NOT_ENDED = { batchId: null, output: null, errorMessage: null, errorCode: null, confidence: null, latencyMs: null };

const targetGone = () => refusal('NOT_FOUND', ['input', 'target'], 'This version, its alias or its deployment was changed meanwhile.');

/** Asks models, and notes what is asked before and what comes of it after. */
export class PredictStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #targets: PredictTargets;
  readonly #runner: ModelRunner;
  readonly #predictions: PredictionStore;
  readonly #log: PredictionLog;

  constructor(scope: Scope<PrismaClient>, { targets, runner, predictions }: PredictParts) {
    this.#scope = scope;
    this.#log = new PredictionLog(scope);
    this.#targets = targets;
    this.#runner = runner;
    this.#predictions = predictions;
  }

  /** Makes one prediction and answers it as it ended. Throws Refusal for what cannot be asked. */
  async one(input: PredictInput): Promise<PredictionRow | null> {
    refuseIf(predictProblems(input));
    if (input.idempotencyKey != null) return this.#oneOfKey(input);
    const known = this.#targets.known(input.target);
    const made = known && (await this.#oneOf(known, input).catch(nullWhenRefused));
    if (made) return made;
    const target = await this.#targets.find(input.target, input.requestId);
    const again = await this.#oneOf(target, input);
    if (!again) throw targetGone();
    this.#targets.remember(input.target, target);
    return again;
  }

  /**
   * Asks this target, and answers null where it does not stand any more. A model that runs here changes nothing elsewhere: where it
   * answers soon, its prediction is written once. Any other is written before it has ended, and before an endpoint is asked.
   */
  async #oneOf(target: Target, input: PredictInput): Promise<PredictionRow | null> {
    const rows = [input.inputs as Row];
    await this.#check(target, rows, () => ['input', 'inputs']);
    const row: PredictionRow = {
      ...NOT_ENDED,
      ...this.#pending(target, input),
      id: uuidv7(),
      createdAt: new Date(),
      input: rows[0] as object,
    };
    const running = target.endpointUrl === null ? this.#runner.run(target, rows) : null;
    const soon = running && (await within(NOTE_AFTER_MS, running));
    if (soon) return this.#added({ ...row, ...endOf(soon[0]!) }, target);
    if (!(await this.#added(row, target))) return null;
    return this.#endOne(row, await (running ?? this.#runner.run(target, rows)));
  }

  async #added(row: PredictionRow, target: Target): Promise<PredictionRow | null> {
    const isAdded = await this.#while(this.#log.add(row, target));
    this.#predictions.forgetStatistics(row.modelVersionId);
    return isAdded ? row : null;
  }

  /** Makes one prediction for each key, however often and at once it is asked. */
  async #oneOfKey(input: PredictInput): Promise<PredictionRow | null> {
    const { db, viewer } = this.#scope;
    const byId = (id: string) => this.#ended(() => db.prediction.findMany({ where: { id } })).then(([first]) => first ?? null);
    const made = await findRecordedResult(db, viewer, 'predict', input);
    if (made !== null) return byId(made);
    const rows = [input.inputs as Row];
    const target = await this.#asked(input, rows, () => ['input', 'inputs']);
    let row: PredictionRow | undefined;
    const create = db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'predict', input, async (id) => {
        row = await transaction.prediction.create({ data: { ...this.#pending(target, input), input: rows[0] as object, id } });
      }),
    );
    const id = await this.#while(create);
    return row ? this.#endOne(row, await this.#runner.run(target, rows)) : byId(id);
  }

  /** Makes predictions for many rows and answers them in their order. */
  async many(input: PredictBatchInput): Promise<PredictionRow[]> {
    refuseIf(batchProblems(input));
    const { db, viewer } = this.#scope;
    const ofBatch = (batchId: string) => this.#ended(() => db.prediction.findMany({ where: { batchId }, orderBy: { id: 'asc' } }));
    const made = await findRecordedResult(db, viewer, 'predictBatch', input);
    if (made !== null) return ofBatch(made);
    const rows = input.inputs as Row[];
    const target = await this.#asked(input, rows, (row) => ['input', 'inputs', String(row)]);
    const noted = this.#pending(target, input);
    let ids: string[] = [];
    const create = db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'predictBatch', input, async (batchId) => {
        ids = rows.map(() => uuidv7());
        await transaction.prediction.createMany({
          data: rows.map((row, index) => ({ ...noted, id: ids[index]!, batchId, input: row as object })),
        });
      }),
    );
    const batchId = await this.#while(create);
    if (ids.length > 0) {
      await this.#log.end(ids, await this.#runner.run(target, rows));
      this.#predictions.forgetStatistics(target.version.id);
    }
    return ofBatch(batchId);
  }

  /** Who is asked, once it is certain that the rows are what they take. */
  async #asked(input: PredictInput | PredictBatchInput, rows: readonly Row[], fieldOf: (row: number) => string[]): Promise<Target> {
    const target = await this.#targets.find(input.target, input.requestId);
    await this.#check(target, rows, fieldOf);
    return target;
  }

  /** Throws Refusal for rows that the target does not take, and for a target that is not called from here. */
  async #check(target: Target, rows: readonly Row[], fieldOf: (row: number) => string[]): Promise<void> {
    if (!this.#runner.reaches(target))
      throw refusal(
        'INVALID',
        ['input', 'target', 'deploymentId'],
        'Its endpoint is not one that may be called from here: ask whoever runs this platform.',
      );
    refuseIf(schemaProblems(target.version.inputSchema as object, rows, fieldOf));
    await this.#runner.check(target, rows).catch((error: unknown) => {
      throw error instanceof RowFault ? refusal('INVALID', [...fieldOf(error.row), ...error.path], error.message) : error;
    });
  }

  #pending({ version, deploymentId }: Target, { requestId }: PredictInput | PredictBatchInput) {
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const pendingUntil = new Date(Date.now() + this.#runner.timeoutMs + GRACE_MS);
    const request = { requestId: requestId ?? null, deploymentId, modelVersionId: version.id };
    return { orgId, userId, ...request, status: 'PENDING' as const, pendingUntil };
  }

  #while<Result>(noting: Promise<Result>): Promise<Result> {
    return refuseOnViolation(FOREIGN_KEY, targetGone, noting);
  }

  /** The prediction as it ended: with this outcome, unless it was ended before because it took too long to. */
  async #endOne(row: PredictionRow, outcomes: readonly Outcome[]): Promise<PredictionRow | null> {
    const count = await this.#log.end([row.id], outcomes);
    this.#predictions.forgetStatistics(row.modelVersionId);
    return count > 0 ? { ...row, ...endOf(outcomes[0]!) } : this.#predictions.byId(row.id);
  }

  /** Predictions of another request with the same key, once they have ended; as they are where that takes too long. */
  async #ended(read: () => Promise<PredictionRow[]>): Promise<PredictionRow[]> {
    const deadline = Date.now() + this.#runner.timeoutMs;
    for (;;) {
      const rows = await read();
      if (rows.every(({ status }) => status !== 'PENDING') || Date.now() > deadline) return rows;
      await pause(LOOK_MS);
    }
  }
}

function nullWhenRefused(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

/** What comes of the work, or null where it takes longer. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, ms, null)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
