import type { Logger } from 'pino';
import type { Closeable } from '../../shared/server/run-process.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Files } from '../files.js';
import { sweep } from './sweep.unscoped.store.js';

const EVERY_MS = 5 * 60 * 1000;

/** Sweeps now and every few minutes until it is closed, which waits for the sweep that is under way. */
export function sweeping(client: PrismaClient, files: Files, logger: Logger): Closeable {
  let running = Promise.resolve();
  const once = () => {
    running = running
      .then(() => sweep(client, files))
      .then((swept) => void (swept && logger.info(swept, 'swept')))
      .catch((error: unknown) => logger.error({ err: error }, 'the sweep failed; the next one tries again'));
  };
  once();
  const timer = setInterval(once, EVERY_MS).unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
