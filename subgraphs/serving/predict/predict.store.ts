import { setTimeout as pause } from 'node:timers/promises';
import { sqltag as sql } from '@prisma/client/runtime/client';
import { v7 as uuidv7 } from 'uuid';
import { FOREIGN_KEY, refusedWhen } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { firstResult, once } from '../../shared/idempotency/idempotency.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { PredictBatchInput, PredictInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { RowFault, type Row } from '../inference/feeds.js';
import type { PredictionRow, PredictionStore } from '../prediction/prediction.store.js';
import type { ModelRunner, Outcome } from './model-runner.js';
import { batchProblems, predictProblems, schemaProblems } from './predict.rules.js';
import type { PredictTargets, Target } from './target.store.js';

export interface PredictParts {
  targets: PredictTargets;
  runner: ModelRunner;
  predictions: PredictionStore;
}

const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);
/** How much longer than it may take a prediction counts as worked on: the time to write down its end. */
const GRACE_MS = 30_000;
/** How often to look whether a prediction has ended that another request makes. */
const LOOK_MS = 25;

/** Asks models, and notes what is asked before and what comes of it after. */
export class PredictStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #targets: PredictTargets;
  readonly #runner: ModelRunner;
  readonly #predictions: PredictionStore;

  constructor(scope: Scope<PrismaClient>, { targets, runner, predictions }: PredictParts) {
    this.#scope = scope;
    this.#targets = targets;
    this.#runner = runner;
    this.#predictions = predictions;
  }

  /** Makes one prediction and answers it as it ended. Throws Refusal for what cannot be asked. */
  async one(input: PredictInput): Promise<PredictionRow | null> {
    refuseIf(predictProblems(input));
    const { db, viewer } = this.#scope;
    const made = await firstResult(db, viewer, 'predict', input);
    if (made !== null) return this.#ended(() => db.prediction.findMany({ where: { id: made } })).then(([first]) => first ?? null);
    const rows = [input.inputs as Row];
    const target = await this.#asked(input, rows, () => ['input', 'inputs']);
    const noted = { ...this.#pending(target, input), input: rows[0] as object };
    if (input.idempotencyKey == null) {
      const noting = this.#while(db.prediction.create({ data: { ...noted, id: uuidv7() } }));
      // What runs here changes nothing elsewhere, and need not wait until the row that was sent first is written.
      const running = target.endpointUrl === null ? this.#runner.run(target, rows) : noting.then(() => this.#runner.run(target, rows));
      const [row, outcomes] = await Promise.all([noting, running]);
      return this.#endOne(row, outcomes);
    }
    let row: PredictionRow | undefined;
    const create = db.$transaction((transaction) =>
      once(transaction, viewer, 'predict', input, async (id) => {
        row = await transaction.prediction.create({ data: { ...noted, id } });
      }),
    );
    const id = await this.#while(create);
    if (!row) return this.#ended(() => db.prediction.findMany({ where: { id } })).then(([first]) => first ?? null);
    return this.#endOne(row, await this.#runner.run(target, rows));
  }

  /** Makes predictions for many rows and answers them in their order. */
  async many(input: PredictBatchInput): Promise<PredictionRow[]> {
    refuseIf(batchProblems(input));
    const { db, viewer } = this.#scope;
    const ofBatch = (batchId: string) => this.#ended(() => db.prediction.findMany({ where: { batchId }, orderBy: { id: 'asc' } }));
    const made = await firstResult(db, viewer, 'predictBatch', input);
    if (made !== null) return ofBatch(made);
    const rows = input.inputs as Row[];
    const target = await this.#asked(input, rows, (row) => ['input', 'inputs', String(row)]);
    const noted = this.#pending(target, input);
    let ids: string[] = [];
    const create = db.$transaction((transaction) =>
      once(transaction, viewer, 'predictBatch', input, async (batchId) => {
        ids = rows.map(() => uuidv7());
        await transaction.prediction.createMany({
          data: rows.map((row, index) => ({ ...noted, id: ids[index]!, batchId, input: row as object })),
        });
      }),
    );
    const batchId = await this.#while(create);
    if (ids.length > 0) {
      await this.#end(ids, await this.#runner.run(target, rows));
      this.#predictions.forgetStatistics(target.version.id);
    }
    return ofBatch(batchId);
  }

  /** Who is asked, once it is certain that the rows are what they take. */
  async #asked(input: PredictInput | PredictBatchInput, rows: readonly Row[], fieldOf: (row: number) => string[]): Promise<Target> {
    const target = await this.#targets.find(input.target, input.requestId);
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
    return target;
  }

  #pending({ version, deploymentId }: Target, { requestId }: PredictInput | PredictBatchInput) {
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const pendingUntil = new Date(Date.now() + this.#runner.timeoutMs + GRACE_MS);
    return { orgId, userId, modelVersionId: version.id, deploymentId, requestId, status: 'PENDING' as const, pendingUntil };
  }

  #while<Result>(noting: Promise<Result>): Promise<Result> {
    return refusedWhen(
      FOREIGN_KEY,
      refusal('NOT_FOUND', ['input', 'target'], 'This version or its deployment was deleted meanwhile.'),
      noting,
    );
  }

  /** The prediction as it ended: with this outcome, unless it was ended before because it took too long to. */
  async #endOne(row: PredictionRow, outcomes: readonly Outcome[]): Promise<PredictionRow | null> {
    const count = await this.#end([row.id], outcomes);
    this.#predictions.forgetStatistics(row.modelVersionId);
    return count > 0 ? { ...row, ...endOf(outcomes[0]!) } : this.#predictions.byId(row.id);
  }

  /** Writes down the ends of predictions in one statement; answers how many were still to end. */
  async #end(ids: readonly string[], outcomes: readonly Outcome[]): Promise<number> {
    const ends = outcomes.map(endOf);
    const json = ends.map(({ output }) => (output === undefined ? null : JSON.stringify(output)));
    return this.#scope.updateFrom(table, {
      set: sql`status = ended.status::"PredictionStatus", output = ended.output::jsonb, confidence = ended.confidence, latency_ms = ended.latency,
               error_code = ended.code::"PredictionErrorCode", error_message = ended.message, pending_until = NULL`,
      from: sql`unnest(${ids}::uuid[], ${ends.map((end) => end.status)}::text[], ${json}::text[], ${ends.map((end) => end.confidence ?? null)}::float8[],
                       ${ends.map((end) => end.latencyMs)}::int[], ${ends.map((end) => end.errorCode ?? null)}::text[],
                       ${ends.map((end) => end.errorMessage ?? null)}::text[]) AS ended(id, status, output, confidence, latency, code, message)`,
      where: sql`row.id = ended.id AND row.status = 'PENDING'`,
    });
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

/** What a row says of how its prediction ended. */
function endOf(outcome: Outcome) {
  const { latencyMs } = outcome;
  if ('fault' in outcome) {
    const { code, message } = outcome.fault;
    return { status: 'FAILED' as const, pendingUntil: null, latencyMs, errorCode: code, errorMessage: message };
  }
  const { output, confidence } = outcome;
  return { status: 'SUCCEEDED' as const, pendingUntil: null, latencyMs, output: output as Prisma.JsonObject, confidence };
}
