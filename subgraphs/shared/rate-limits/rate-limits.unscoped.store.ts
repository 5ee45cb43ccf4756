import { createHmac } from 'node:crypto';
import { empty, join, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { rateLimited } from '../errors/rate-limited.js';
import type { PeriodicTask } from '../jobs/periodic-task.js';
import type { AnyClient } from '../tenancy/scope.js';

/** A limit of what one key may do within a window. */
export interface RateLimit {
  /** The parts of the key, such as the name of a mutation and an address. Only a digest of them is stored. */
  key: readonly string[];
  /** The largest number within a window. */
  limit: number;
  /** The length of a window, which begins with the first use of its key. */
  windowSeconds: number;
  /** The limit does not apply if this key is remembered. */
  unlessRemembered?: readonly string[];
}

const CLEANING_INTERVAL_MS = 60_000;
/** The largest number of rows that one run removes, so that its statement is not long. The next run removes more. */
const BATCH = 10_000;

interface Count {
  index: number;
  count: number;
  resetsAt: Date;
}

/**
 * Counts uses of keys in the table `rate_limits`, which all processes of a subgraph share. The rows belong to no organization: many of
 * them are written before a user is known.
 */
export class RateLimitStore {
  constructor(
    private readonly client: AnyClient,
    /** The HMAC key of the digests. Without it a copy of the table does not reveal addresses and emails. */
    private readonly secret: Buffer,
  ) {}

  /**
   * Counts one use against all limits, in one atomic statement, and returns those that count it. Throws RATE_LIMITED if it exceeds one
   * of them; limits that follow that one do not count it.
   */
  async consume(limits: readonly RateLimit[]): Promise<readonly RateLimit[]> {
    const counts = (await this.client.$queryRaw(this.#consumeStatement(limits))) as Count[];
    const exceeded = counts.find(({ index, count }) => count > limits[index]!.limit);
    if (!exceeded) return counts.map(({ index }) => limits[index]!);
    const { limit, windowSeconds } = limits[exceeded.index]!;
    const seconds = Math.max(1, Math.ceil((exceeded.resetsAt.getTime() - Date.now()) / 1000));
    throw rateLimited(`At most ${limit} attempts are possible in ${windowSeconds / 60} minutes. Try again in ${seconds} seconds.`, {
      limit,
      remaining: 0,
      resetAt: exceeded.resetsAt,
    });
  }

  /** Takes back one use that `consume` counted, and remembers a key for a time if one is given. */
  async release(limits: readonly RateLimit[], remembered?: { key: readonly string[]; seconds: number }): Promise<void> {
    const takeBack = ({ key }: RateLimit, previous: Sql): Sql =>
      sql`UPDATE rate_limits SET count = count - 1 WHERE key = ${this.#digest(key)} AND count > 0 AND resets_at > now() ${previous} RETURNING key`;
    const remember = ({ key, seconds }: { key: readonly string[]; seconds: number }): Sql => sql`
      INSERT INTO rate_limits (key, count, resets_at) VALUES (${this.#digest(key)}, 1, now() + ${seconds}::int * interval '1 second')
      ON CONFLICT (key) DO UPDATE SET resets_at = excluded.resets_at RETURNING key`;
    // Each part refers to the one before it. So rows are locked in the order in which `consume` locks them, and no deadlock arises.
    const parts = limits.map((limit, index) =>
      takeBack(limit, index === 0 ? empty : sql`AND (SELECT count(*) FROM ${part(index - 1)}) >= 0`),
    );
    if (remembered) parts.push(remember(remembered));
    await this.client.$queryRaw(sql`WITH ${join(parts.map((body, index) => sql`${part(index)} AS (${body})`))} SELECT 1`);
  }

  /** The task that removes rows whose window has ended. */
  get cleaning(): PeriodicTask {
    return {
      name: 'remove ended windows of rate limits',
      intervalMs: CLEANING_INTERVAL_MS,
      run: async () =>
        void (await this.client.$queryRaw(sql`
          DELETE FROM rate_limits WHERE key IN (SELECT key FROM rate_limits WHERE resets_at <= now() ORDER BY resets_at LIMIT ${BATCH}::int)
          RETURNING 1`)),
    };
  }

  #consumeStatement(limits: readonly RateLimit[]): Sql {
    const bodies = limits.map((limit, index) => this.#countStatement(limit, limits.slice(0, index)));
    const parts = join(bodies.map((body, index) => sql`${part(index)} AS (${body})`));
    const results = limits.map((_, index) => sql`SELECT ${index}::int AS index, count, resets_at AS "resetsAt" FROM ${part(index)}`);
    return sql`WITH ${parts} ${join(results, ' UNION ALL ')}`;
  }

  #countStatement({ key, windowSeconds, unlessRemembered }: RateLimit, previous: readonly RateLimit[]): Sql {
    const conditions = [
      ...previous.map(({ limit }, index) => sql`NOT EXISTS (SELECT FROM ${part(index)} WHERE count > ${limit}::int)`),
      ...(unlessRemembered
        ? [sql`NOT EXISTS (SELECT FROM rate_limits WHERE key = ${this.#digest(unlessRemembered)} AND resets_at > now())`]
        : []),
    ];
    return sql`
      INSERT INTO rate_limits AS row (key, count, resets_at)
      SELECT ${this.#digest(key)}, 1, now() + ${windowSeconds}::int * interval '1 second'
      ${conditions.length > 0 ? sql`WHERE ${join(conditions, ' AND ')}` : empty}
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN row.resets_at <= now() THEN 1 ELSE row.count + 1 END,
        resets_at = CASE WHEN row.resets_at <= now() THEN excluded.resets_at ELSE row.resets_at END
      RETURNING count, resets_at`;
  }

  #digest(key: readonly string[]): string {
    return createHmac('sha256', this.secret).update(JSON.stringify(key)).digest('base64url');
  }
}

/** Returns the name of a part of a statement. */
const part = (index: number): Sql => raw(`part_${index}`);
