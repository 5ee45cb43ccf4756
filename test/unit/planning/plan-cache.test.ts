import { PlanCache, type CacheLimits } from '../../../gateway/planning/plan-cache.js';

interface Plan {
  bytes: number;
}
const cacheOf = (limits: Partial<CacheLimits<Plan>> = {}) => new PlanCache<Plan>({ bytesOf: ({ bytes }) => bytes, ...limits });
const making =
  (bytes = 1) =>
  async (): Promise<Plan> => ({ bytes });

describe('the plan cache', () => {
  it('returns a cached plan synchronously', async () => {
    const cache = cacheOf();
    expect(cache.get('a')).toBeUndefined();
    const plan = await cache.create('a', making());
    expect(cache.get('a')).toBe(plan);
  });

  it('shares the work of concurrent callers', async () => {
    const cache = cacheOf();
    let times = 0;
    const work = async () => ({ bytes: ++times });
    const plans = await Promise.all([cache.create('a', work), cache.create('a', work), cache.create('b', work)]);
    expect(plans.map(({ bytes }) => bytes)).toEqual([1, 1, 2]);
  });

  it('does not cache a failure', async () => {
    const cache = cacheOf();
    const failing = () => Promise.reject(new Error('too slow'));
    const outcomes = await Promise.allSettled([cache.create('a', failing), cache.create('a', failing)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.create('a', making(7))).toEqual({ bytes: 7 });
  });

  it('evicts the least recently used entry', async () => {
    const cache = cacheOf({ maxEntries: 2 });
    await cache.create('a', making());
    await cache.create('b', making());
    cache.get('a');
    await cache.create('c', making());
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  });

  it('holds no more bytes than its limit, including keys, and no value above the limit', async () => {
    const cache = cacheOf({ maxBytes: 1000 });
    for (let i = 0; i < 20; i++) await cache.create(`key${i}`, making(100));
    expect(cache.size).toBe(9);
    await cache.create('k'.repeat(400), making(100));
    expect(cache.size).toBe(1);
    expect(await cache.create('huge', making(2000))).toEqual({ bytes: 2000 });
    expect(cache.get('huge')).toBeUndefined();
  });

  it('accepts any text as a key', async () => {
    const cache = cacheOf();
    for (const key of ['__proto__', 'constructor', '']) {
      expect(cache.get(key)).toBeUndefined();
      await cache.create(key, making());
      expect(cache.get(key)).toEqual({ bytes: 1 });
    }
  });
});
