import { sqltag as sql } from '@prisma/client/runtime/client';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { PredictionRow } from '../prediction/prediction.store.js';
import type { Outcome } from './model-runner.js';
import { stands, type Target } from './target.store.js';

const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

/** Writes predictions down. */
export class PredictionLog {
  readonly #scope: Scope<PrismaClient>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
  }

  /** Adds a prediction, whether it has ended or not, if its target still stands at that moment; answers whether it did. */
  async add(row: PredictionRow, target: Target): Promise<boolean> {
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
    return this.#scope.insertWhen(table, values, (rowsOf) => stands(target, rowsOf));
  }

  /** Writes down the ends of predictions in one statement; answers how many were still to end. */
  async end(ids: readonly string[], outcomes: readonly Outcome[]): Promise<number> {
    const ends = outcomes.map(endOf);
    return this.#scope.updateFrom(table, {
      set: sql`status = ended.status::"PredictionStatus", output = ended.output::jsonb, confidence = ended.confidence, latency_ms = ended.latency,
               error_code = ended.code::"PredictionErrorCode", error_message = ended.message, pending_until = NULL`,
      from: sql`unnest(${ids}::uuid[], ${ends.map((end) => end.status)}::text[], ${ends.map((end) => json(end.output))}::text[], ${ends.map((end) => end.confidence)}::float8[],
                       ${ends.map((end) => end.latencyMs)}::int[], ${ends.map((end) => end.errorCode)}::text[],
                       ${ends.map((end) => end.errorMessage)}::text[]) AS ended(id, status, output, confidence, latency, code, message)`,
      where: sql`row.id = ended.id AND row.status = 'PENDING'`,
    });
  }
}

/** A value as the database takes it; null for none. */
const json = (value: unknown): string | null => (value == null ? null : JSON.stringify(value));

/** What a row says of how its prediction ended. */
export function endOf(outcome: Outcome) {
  const ended = { pendingUntil: null, latencyMs: outcome.latencyMs };
  if ('fault' in outcome) {
    const { code, message } = outcome.fault;
    return { ...ended, status: 'FAILED' as const, output: null, confidence: null, errorCode: code, errorMessage: message };
  }
  const { output, confidence } = outcome;
  return { ...ended, status: 'SUCCEEDED' as const, output: output as Prisma.JsonObject, confidence, errorCode: null, errorMessage: null };
}
