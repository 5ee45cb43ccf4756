import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { MemoryCounter } from './memory-counter.js';
import type { RedisConnection } from './redis-connection.js';
import { WINDOW_SECONDS, type Usage, type WindowCounter } from './window-counter.js';

/**
 * The script that counts, in place of that of rate-limiter-flexible, which counts refused points too: one operation that is too
 * dear would use up what is left for the smaller ones. KEYS: key. ARGV: points, seconds of the window, limit.
 */
const CONSUME = `
local used = tonumber(redis.call('get', KEYS[1]) or '0')
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  used = 0
  ttl = 1000 * ARGV[2]
  redis.call('set', KEYS[1], 0, 'PX', ttl)
end
if used + ARGV[1] > tonumber(ARGV[3]) then return {used + ARGV[1], ttl} end
return {redis.call('incrby', KEYS[1], ARGV[1]), ttl}`;

/**
 * Counts points in Redis, for all processes of the gateway. While Redis does not respond, it counts in the memory of this
 * process.
 */
export class RedisCounter implements WindowCounter {
  readonly #limiter: RateLimiterRedis;
  readonly #fallback: MemoryCounter;

  constructor(
    name: string,
    private readonly limit: number,
    private readonly redis: RedisConnection,
  ) {
    this.#fallback = new MemoryCounter(limit);
    this.#limiter = new RateLimiterRedis({
      storeClient: redis.client,
      keyPrefix: `gateway:${name}`,
      points: limit,
      duration: WINDOW_SECONDS,
      customIncrTtlLuaScript: CONSUME,
    });
  }

  consume(key: string, points: number): Usage | Promise<Usage> {
    return this.redis.isReady ? this.#consume(key, points) : this.#fallback.consume(key, points);
  }

  async #consume(key: string, points: number): Promise<Usage> {
    try {
      return this.#usage(await this.#limiter.consume(key, points), true, points);
    } catch (error) {
      if (error instanceof RateLimiterRes) return this.#usage(error, false, points);
      this.redis.onFailure(error as Error);
      return this.#fallback.consume(key, points);
    }
  }

  #usage({ consumedPoints, msBeforeNext }: RateLimiterRes, isAllowed: boolean, points: number): Usage {
    const used = isAllowed ? consumedPoints : consumedPoints - points;
    return { isAllowed, remaining: Math.max(0, this.limit - used), resetAt: Date.now() + msBeforeNext };
  }
}
