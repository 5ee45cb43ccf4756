import type { Logger } from 'pino';
import type { Running } from '../../shared/server/process.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelFiles } from '../model-artifact/model-files.js';
import { sweepArtifacts } from '../model-artifact/sweep.store.js';

const EVERY_MS = 5 * 60 * 1000;

/** Tidies up now and every few minutes until it is closed, which waits for what is under way and ends the processes for models. */
export function tending(client: PrismaClient, files: ModelFiles, logger: Logger): Running {
  let running = Promise.resolve();
  const once = () => {
    running = running
      .then(() => sweepArtifacts(client, files.blobs))
      .then((swept) => void (swept && logger.info(swept, 'swept')))
      .catch((error: unknown) => logger.error({ err: error }, 'the sweep failed; the next one tries again'));
  };
  once();
  const timer = setInterval(once, EVERY_MS).unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
      await files.checks.close();
    },
  };
}
