import { rateLimited } from '../../subgraphs/shared/errors/rate-limited.js';
import { RATE_LIMIT_HEADER, RATE_LIMIT_POLICY_HEADER, rateLimitValue, RETRY_AFTER_HEADER, secondsUntil } from './headers.js';
import type { Kind, RateLimit, RateLimitSet } from './rate-limit.js';
import type { Usage } from './window-counter.js';

/** The state of a principal's limit of the cost, as the graph shows it. */
export interface CostUsage {
  limit: number;
  remaining: number;
  resetAt: Date;
  /** The cost of the operation that is executed. */
  cost: number;
}

export type SetHeader = (name: string, value: string) => void;

/**
 * The rates of one request. A method that admits something counts it for the principal, and throws or rejects with RATE_LIMITED if
 * it exceeds a limit. It returns a promise only if the counter is asynchronous: in memory no request waits.
 */
export class ClientRates {
  readonly #usages: Record<Kind, Usage | null> = { requests: null, cost: null, newOperations: null };
  #operationCost = 0;
  #hasAdmittedOperation = false;

  constructor(
    /** Identifies the principal: the id of a user, or an address. */
    readonly principal: string,
    private readonly limits: RateLimitSet,
    /** Sets a header of the response; undefined if it has none. */
    private readonly setHeader: SetHeader | undefined,
  ) {}

  admitRequest(): void | Promise<void> {
    return this.#admit('requests', 1);
  }

  /** @param cost the cost of the operation that is about to be executed. */
  admitCost(cost: number): void | Promise<void> {
    this.#operationCost = cost;
    return this.#admit('cost', cost);
  }

  /** Counts an operation that has to be validated or planned. Further calls for the same request count nothing. */
  admitNewOperation(): void | Promise<void> {
    if (this.#hasAdmittedOperation) return undefined;
    this.#hasAdmittedOperation = true;
    return this.#admit('newOperations', 1);
  }

  /** Returns the present state of the limit of the cost; null if the cost is not limited. */
  async costUsage(): Promise<CostUsage | null> {
    const { cost } = this.limits;
    if (!cost) return null;
    const { remaining, resetAt } = await cost.counter.consume(this.principal, 0);
    return { limit: cost.limit, remaining, resetAt: new Date(resetAt), cost: this.#operationCost };
  }

  #admit(kind: Kind, points: number): void | Promise<void> {
    const rate = this.limits[kind];
    if (!rate) return undefined;
    const usage = rate.counter.consume(this.principal, points);
    return usage instanceof Promise
      ? usage.then((settled) => this.#settle(kind, rate, points, settled))
      : this.#settle(kind, rate, points, usage);
  }

  #settle(kind: Kind, { limit }: RateLimit, points: number, usage: Usage): void {
    this.#usages[kind] = usage;
    this.setHeader?.(RATE_LIMIT_POLICY_HEADER, this.limits.policy);
    this.setHeader?.(RATE_LIMIT_HEADER, rateLimitValue(this.#usages));
    if (usage.isAllowed) return;
    const { remaining, resetAt } = usage;
    const seconds = secondsUntil(resetAt, Date.now());
    this.setHeader?.(RETRY_AFTER_HEADER, String(seconds));
    const reason = REASONS[kind](limit, remaining, points);
    throw rateLimited(`${reason} Try again in ${seconds} seconds.`, { limit, remaining, resetAt: new Date(resetAt) });
  }
}

const REASONS: Readonly<Record<Kind, (limit: number, remaining: number, points: number) => string>> = {
  requests: (limit) => `You have sent ${limit} requests within a minute, which is the limit.`,
  cost: (limit, remaining, points) => `The operation costs ${points}; ${remaining} of the ${limit} points per minute are left.`,
  newOperations: (limit) =>
    `You have sent ${limit} new documents within a minute, which is the limit. Send values as variables, so that documents stay the same.`,
};
