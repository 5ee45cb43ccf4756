import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, Refusal, refuseIf } from '../../shared/errors/user-error.js';
import { findRecordedResult, idempotently } from '../../shared/idempotency/idempotency.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PredictBatchInput, PredictInput } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { RowFault, type Row } from '../inference/feeds.js';
import type { PredictionRow, PredictionStore } from '../prediction/prediction.store.js';
import type { ModelRunner, RowOutcome } from './model-runner.js';
import { batchProblems, predictProblems, schemaProblems } from './predict.rules.js';
import { resultColumns, PredictionWriter } from './prediction-writer.store.js';
import type { TargetStore, Target } from './target.store.js';

export interface PredictDependencies {
  targets: TargetStore;
  runner: ModelRunner;
  predictions: PredictionStore;
}

/** The time in ms after the time limit of a prediction in which its result may still be written. */
const GRACE_MS = 30_000;
/**
 * A prediction that completes sooner is inserted once, with its result. If the server stops before that, there is no row, and the
 * client has received no response.
 */
const INSERT_PENDING_AFTER_MS = 100;
/** The interval at which a request checks whether a concurrent request with the same idempotency key has completed. */
const POLL_INTERVAL_MS = 25;

const NO_RESULT = { batchId: null, output: null, errorMessage: null, errorCode: null, confidence: null, latencyMs: null };

const targetChanged = () =>
  refusal('NOT_FOUND', ['input', 'target'], 'Another request changed the version, alias or deployment at the same time. Try again.');

/** Runs models and writes their predictions. */
export class PredictStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #targets: TargetStore;
  readonly #runner: ModelRunner;
  readonly #predictions: PredictionStore;
  readonly #writer: PredictionWriter;

  constructor(scope: Scope<PrismaClient>, { targets, runner, predictions }: PredictDependencies) {
    this.#scope = scope;
    this.#writer = new PredictionWriter(scope);
    this.#targets = targets;
    this.#runner = runner;
    this.#predictions = predictions;
  }

  /** Makes one prediction and returns it when it is complete. Throws Refusal for an invalid input. */
  async predict(input: PredictInput): Promise<PredictionRow | null> {
    refuseIf(predictProblems(input));
    if (input.idempotencyKey != null) return this.#predictWithKey(input);
    const cached = this.#targets.cached(input.target);
    const prediction = cached && (await this.#predictWith(cached, input).catch(nullIfRefused));
    if (prediction) return prediction;
    const target = await this.#targets.resolve(input.target, input.requestId);
    const retried = await this.#predictWith(target, input);
    if (!retried) throw targetChanged();
    this.#targets.cache(input.target, target);
    return retried;
  }

  /**
   * Makes one prediction with this target, and returns null if the target is no longer usable. A model that runs here has no side effects:
   * if it completes soon, the prediction is inserted once. Otherwise the prediction is inserted as PENDING and updated later. A call to
   * an endpoint may have side effects, so its prediction is always inserted before the call.
   */
  async #predictWith(target: Target, input: PredictInput): Promise<PredictionRow | null> {
    const rows = [input.inputs as Row];
    await this.#refuseUnlessAccepted(target, rows, () => ['input', 'inputs']);
    const row: PredictionRow = {
      ...NO_RESULT,
      ...this.#pendingRow(target, input),
      id: uuidv7(),
      createdAt: new Date(),
      input: rows[0] as object,
    };
    const running = target.endpointUrl === null ? this.#runner.run(target, rows) : null;
    const outcomes = running && (await resultWithin(INSERT_PENDING_AFTER_MS, running));
    if (outcomes) return this.#insert({ ...row, ...resultColumns(outcomes[0]!) }, target);
    if (!(await this.#insert(row, target))) return null;
    return this.#complete(row, await (running ?? this.#runner.run(target, rows)));
  }

  async #insert(row: PredictionRow, target: Target): Promise<PredictionRow | null> {
    const isInserted = await this.#refuseIfTargetChanged(this.#writer.insert(row, target));
    this.#predictions.evictStatistics(row.modelVersionId);
    return isInserted ? row : null;
  }

  /** Makes one prediction per idempotency key. A repeated or concurrent request with the same key returns the same prediction. */
  async #predictWithKey(input: PredictInput): Promise<PredictionRow | null> {
    const { db, viewer } = this.#scope;
    const byId = (id: string) => this.#waitForCompletion(() => db.prediction.findMany({ where: { id } })).then(([first]) => first ?? null);
    const firstId = await findRecordedResult(db, viewer, 'predict', input);
    if (firstId !== null) return byId(firstId);
    const rows = [input.inputs as Row];
    const target = await this.#resolveTarget(input, rows, () => ['input', 'inputs']);
    let row: PredictionRow | undefined;
    const creating = db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'predict', input, async (id) => {
        row = await transaction.prediction.create({ data: { ...this.#pendingRow(target, input), input: rows[0] as object, id } });
      }),
    );
    const id = await this.#refuseIfTargetChanged(creating);
    return row ? this.#complete(row, await this.#runner.run(target, rows)) : byId(id);
  }

  /** Makes one prediction per row and returns them in the order of the rows. Throws Refusal for an invalid input. */
  async predictBatch(input: PredictBatchInput): Promise<PredictionRow[]> {
    refuseIf(batchProblems(input));
    const { db, viewer } = this.#scope;
    const ofBatch = (batchId: string) =>
      this.#waitForCompletion(() => db.prediction.findMany({ where: { batchId }, orderBy: { id: 'asc' } }));
    const firstBatchId = await findRecordedResult(db, viewer, 'predictBatch', input);
    if (firstBatchId !== null) return ofBatch(firstBatchId);
    const rows = input.inputs as Row[];
    const target = await this.#resolveTarget(input, rows, (row) => ['input', 'inputs', String(row)]);
    const pendingRow = this.#pendingRow(target, input);
    let ids: string[] = [];
    const creating = db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'predictBatch', input, async (batchId) => {
        ids = rows.map(() => uuidv7());
        await transaction.prediction.createMany({
          data: rows.map((row, index) => ({ ...pendingRow, id: ids[index]!, batchId, input: row as object })),
        });
      }),
    );
    const batchId = await this.#refuseIfTargetChanged(creating);
    if (ids.length > 0) {
      await this.#writer.complete(ids, await this.#runner.run(target, rows));
      this.#predictions.evictStatistics(target.version.id);
    }
    return ofBatch(batchId);
  }

  /** Resolves the target and checks that it accepts the rows. Throws Refusal. */
  async #resolveTarget(input: PredictInput | PredictBatchInput, rows: readonly Row[], fieldOf: (row: number) => string[]): Promise<Target> {
    const target = await this.#targets.resolve(input.target, input.requestId);
    await this.#refuseUnlessAccepted(target, rows, fieldOf);
    return target;
  }

  /** Throws Refusal if the target does not accept the rows, or the origin of its endpoint is not allowed. */
  async #refuseUnlessAccepted(target: Target, rows: readonly Row[], fieldOf: (row: number) => string[]): Promise<void> {
    if (!this.#runner.canReach(target))
      throw refusal(
        'INVALID',
        ['input', 'target', 'deploymentId'],
        'The origin of the endpoint of this deployment is not allowed. Ask the operator of this platform to allow it.',
      );
    refuseIf(schemaProblems(rows, (row) => this.#runner.schemaMismatch(target, row), fieldOf));
    await this.#runner.checkRows(target, rows).catch((error: unknown) => {
      throw error instanceof RowFault ? refusal('INVALID', [...fieldOf(error.row), ...error.path], error.message) : error;
    });
  }

  #pendingRow({ version, deploymentId }: Target, { requestId }: PredictInput | PredictBatchInput) {
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const pendingUntil = new Date(Date.now() + this.#runner.timeoutMs + GRACE_MS);
    const request = { requestId: requestId ?? null, deploymentId, modelVersionId: version.id };
    return { orgId, userId, ...request, status: 'PENDING' as const, pendingUntil };
  }

  /** Turns a foreign key violation into a Refusal: the version or deployment was deleted during the request. */
  #refuseIfTargetChanged<Result>(writing: Promise<Result>): Promise<Result> {
    return refuseOnViolation(FOREIGN_KEY, targetChanged, writing);
  }

  /** Writes the outcome and returns the prediction, or the stored one if it was already completed because it took too long. */
  async #complete(row: PredictionRow, outcomes: readonly RowOutcome[]): Promise<PredictionRow | null> {
    const count = await this.#writer.complete([row.id], outcomes);
    this.#predictions.evictStatistics(row.modelVersionId);
    return count > 0 ? { ...row, ...resultColumns(outcomes[0]!) } : this.#predictions.byId(row.id);
  }

  /** Reads predictions of another request until all are complete. After the time limit of a prediction it returns them as they are. */
  async #waitForCompletion(read: () => Promise<PredictionRow[]>): Promise<PredictionRow[]> {
    const deadline = Date.now() + this.#runner.timeoutMs;
    for (;;) {
      const rows = await read();
      if (rows.every(({ status }) => status !== 'PENDING') || Date.now() > deadline) return rows;
      await sleep(POLL_INTERVAL_MS);
    }
  }
}

function nullIfRefused(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

/** Resolves with the result of the work, or with null if it takes longer than `ms`. */
async function resultWithin<Result>(ms: number, work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => (timer = setTimeout(resolve, ms, null)));
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
