import { ConfigurationError } from '../configuration/environment.js';

/** Something that runs until it is closed. */
export interface Closeable {
  close(): Promise<void>;
}

/** How long requests in flight may take to finish before the process ends without them. */
const DRAIN_MS = 10_000;

/**
 * The life of a server process: start, run until SIGTERM or SIGINT, finish what is in flight, end with 0. A
 * configuration that cannot work ends it with 1 and every fault on stderr.
 */
export async function runProcess(start: () => Promise<Closeable>): Promise<void> {
  const running = await start().catch((error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(1);
  });
  let closing = false;
  const stop = async () => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await running.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
