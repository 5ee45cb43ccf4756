import { setTimeout as sleep } from 'node:timers/promises';

/** More than anything that a test waits for takes on a busy machine, in milliseconds; less than what must not be waited for. */
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
