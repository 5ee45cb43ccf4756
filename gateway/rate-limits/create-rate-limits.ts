import type { Limits } from '../guards/limits.js';
import { rateLimitPolicy } from './headers.js';
import { MemoryCounter } from './memory-counter.js';
import { KINDS, type Kind, type RateLimit, type RateLimits, type RateLimitSet } from './rate-limit.js';
import { RedisCounter } from './redis-counter.js';
import type { RedisConnection } from './redis-connection.js';

/** Creates the rate limits. Without Redis each process counts for itself. */
export function createRateLimits(limits: Limits, redis: RedisConnection | null): RateLimits {
  const rateLimit = (name: string, limit: number): RateLimit | null =>
    limit === Infinity ? null : { limit, counter: redis ? new RedisCounter(name, limit, redis) : new MemoryCounter(limit) };
  const rateLimitSet = (principals: string, values: Readonly<Record<Kind, number>>): RateLimitSet => {
    const entries = KINDS.map((kind) => [kind, rateLimit(`${principals}:${kind}`, values[kind])] as const);
    return { ...(Object.fromEntries(entries) as Record<Kind, RateLimit | null>), policy: rateLimitPolicy(values) };
  };
  return {
    viewers: rateLimitSet('viewer', {
      requests: limits.requestsPerMinute,
      cost: limits.costPerMinute,
      newOperations: limits.newOperationsPerMinute,
    }),
    addresses: rateLimitSet('address', {
      requests: limits.addressRequestsPerMinute,
      cost: limits.addressCostPerMinute,
      newOperations: limits.addressNewOperationsPerMinute,
    }),
  };
}
