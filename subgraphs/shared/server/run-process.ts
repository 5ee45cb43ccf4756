import { ConfigurationError } from '../configuration/environment.js';
import type { Closeable } from '../jobs/closeable.js';

/** The milliseconds after a signal at which the process exits although requests are still in progress. */
const DRAIN_MS = 10_000;

/**
 * Runs a server process: starts it, and on SIGTERM or SIGINT closes it and exits with 0, or with 1 if closing takes longer than
 * 10 s. If it cannot start, writes the error, or every problem of its configuration, to stderr and exits with 1.
 */
export async function runProcess(start: () => Promise<Closeable>): Promise<void> {
  const server = await start().catch((error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(1);
  });
  let isClosing = false;
  const stop = async () => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
