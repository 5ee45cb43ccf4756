import fc from 'fast-check';
import { MemoryCounter } from '../../../gateway/rate-limits/memory-counter.js';
import { moveClock, restoreClock } from '../../kit/clock.js';

afterEach(restoreClock);

describe('a counter in memory', () => {
  it('counts each key for a minute from its first points', () => {
    const counter = new MemoryCounter(3);
    const { resetAt } = counter.consume('a', 2);
    expect(counter.consume('a', 1)).toEqual({ isAllowed: true, remaining: 0, resetAt });
    expect(counter.consume('a', 1)).toEqual({ isAllowed: false, remaining: 0, resetAt });
    expect(counter.consume('b', 3).isAllowed).toBe(true);
    moveClock(59_000);
    expect(counter.consume('a', 1)).toEqual({ isAllowed: false, remaining: 0, resetAt });
    restoreClock();
    moveClock(60_001);
    const next = counter.consume('a', 1);
    expect(next).toEqual({ isAllowed: true, remaining: 2, resetAt: expect.any(Number) });
    expect(next.resetAt).toBeGreaterThanOrEqual(resetAt + 60_000);
  });

  it('never allows more points than the limit, and counts none that it refuses', () => {
    const use = fc.record({ key: fc.constantFrom('a', 'b', 'c'), points: fc.integer({ min: 0, max: 40 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(use, { maxLength: 60 }), (limit, uses) => {
        const counter = new MemoryCounter(limit);
        const used = new Map<string, number>();
        for (const { key, points } of uses) {
          const before = used.get(key) ?? 0;
          const isAllowed = before + points <= limit;
          const after = isAllowed ? before + points : before;
          used.set(key, after);
          expect(counter.consume(key, points)).toMatchObject({ isAllowed, remaining: limit - after });
        }
      }),
    );
  });

  it('uses bounded memory for any number of keys, and keeps the newest', () => {
    const counter = new MemoryCounter(1);
    for (let index = 0; index <= 100_000; index++) counter.consume(String(index), 1);
    expect(counter.consume('100000', 1).isAllowed).toBe(false);
    expect(counter.consume('1', 1).isAllowed).toBe(false);
    expect(counter.consume('0', 1).isAllowed).toBe(true);
  });
});
