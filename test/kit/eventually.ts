import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A limit in milliseconds for events that tests wait for: far more than they take on a busy machine, and less than the
 * timeouts that must not be waited for.
 */
export const GENEROUS_MS = 20_000;

/** Waits until the assertion holds, and rejects with its last error after `GENEROUS_MS`. */
export async function eventually(assertion: () => Promise<void> | void): Promise<void> {
  for (const end = performance.now() + GENEROUS_MS; ; await sleep(5)) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

/** Waits until a value has been the same for half a second, and returns it. */
export async function settled<Value>(read: () => Value): Promise<Value> {
  for (let value = read(); ; value = read()) {
    await sleep(500);
    if (read() === value) return value;
  }
}
