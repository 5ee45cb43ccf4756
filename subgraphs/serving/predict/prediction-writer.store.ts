import { sqltag as sql } from '@prisma/client/runtime/client';
import { withoutDeadline } from '../../shared/deadline/current-deadline.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { PredictionRow } from '../prediction/prediction.store.js';
import type { RowOutcome } from './model-runner.js';
import { targetIsUsable, type Target } from './target.store.js';

const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

/** Writes predictions to the database. */
export class PredictionWriter {
  readonly #scope: Scope<PrismaClient>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
  }

  /** Inserts a prediction, complete or PENDING, if its target is still usable. Returns false if the target is not usable any more. */
  async insert(row: PredictionRow, target: Target): Promise<boolean> {
    const values = {
      id: sql`${row.id}::uuid`,
      modelVersionId: sql`${row.modelVersionId}::uuid`,
      deploymentId: sql`${row.deploymentId}::uuid`,
      userId: sql`${row.userId}::uuid`,
      input: sql`${json(row.input)}::jsonb`,
      output: sql`${json(row.output)}::jsonb`,
      status: sql`${row.status}::"PredictionStatus"`,
      errorMessage: sql`${row.errorMessage}::text`,
      errorCode: sql`${row.errorCode}::"PredictionErrorCode"`,
      requestId: sql`${row.requestId}::text`,
      pendingUntil: sql`${row.pendingUntil}::timestamptz`,
      confidence: sql`${row.confidence}::float8`,
      latencyMs: sql`${row.latencyMs}::int`,
      createdAt: sql`${row.createdAt}::timestamptz`,
    };
    return this.#scope.insertWhen(table, values, (rowsOf) => targetIsUsable(target, rowsOf));
  }

  /** Writes the outcomes of PENDING predictions in one statement, also after the request has ended. Returns the number of predictions that were still PENDING. */
  async complete(ids: readonly string[], outcomes: readonly RowOutcome[]): Promise<number> {
    const results = outcomes.map(resultColumns);
    const update = {
      set: sql`status = result.status::"PredictionStatus", output = result.output::jsonb, confidence = result.confidence, latency_ms = result.latency,
               error_code = result.code::"PredictionErrorCode", error_message = result.message, pending_until = NULL`,
      from: sql`unnest(${ids}::uuid[], ${results.map((result) => result.status)}::text[], ${results.map((result) => json(result.output))}::text[], ${results.map((result) => result.confidence)}::float8[],
                       ${results.map((result) => result.latencyMs)}::int[], ${results.map((result) => result.errorCode)}::text[],
                       ${results.map((result) => result.errorMessage)}::text[]) AS result(id, status, output, confidence, latency, code, message)`,
      where: sql`row.id = result.id AND row.status = 'PENDING'`,
    };
    return withoutDeadline(() => this.#scope.updateFrom(table, update));
  }
}

/** Serializes a value for a jsonb column; null for null and undefined. */
const json = (value: unknown): string | null => (value == null ? null : JSON.stringify(value));

/** Returns the columns of a prediction that its outcome determines. */
export function resultColumns(outcome: RowOutcome) {
  const common = { pendingUntil: null, latencyMs: outcome.latencyMs };
  if ('fault' in outcome) {
    const { code, message } = outcome.fault;
    return { ...common, status: 'FAILED' as const, output: null, confidence: null, errorCode: code, errorMessage: message };
  }
  const { output, confidence } = outcome;
  return { ...common, status: 'SUCCEEDED' as const, output: output as Prisma.JsonObject, confidence, errorCode: null, errorMessage: null };
}
