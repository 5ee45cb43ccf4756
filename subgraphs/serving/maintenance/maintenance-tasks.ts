import type { Logger } from 'pino';
import type { Closeable } from '../../shared/server/run-process.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Inference } from '../inference/inference.js';
import type { ModelFiles } from '../model-artifact/model-files.js';
import { sweepArtifacts } from '../model-artifact/sweep.unscoped.store.js';
import { failInterruptedPredictions } from '../predict/interrupted.unscoped.store.js';

const SWEEP_EVERY_MS = 5 * 60 * 1000;
const END_EVERY_MS = 30 * 1000;

/** Tidies up now and again until it is closed, which waits for what is under way and ends the processes for models. */
export function maintenance(
  client: PrismaClient,
  { files, inference }: { files: ModelFiles; inference: Inference },
  logger: Logger,
): Closeable {
  let running = Promise.resolve();
  const every = (ms: number, what: string, work: () => Promise<unknown>) => {
    const once = () => {
      running = running
        .then(work)
        .then((done) => void (done && logger.info({ done }, what)))
        .catch((error: unknown) => logger.error({ err: error }, `${what}: failed; the next time tries again`));
    };
    once();
    return setInterval(once, ms).unref();
  };
  const timers = [
    every(SWEEP_EVERY_MS, 'swept artifacts', () => sweepArtifacts(client, files)),
    every(END_EVERY_MS, 'ended predictions that nobody works on', () => failInterruptedPredictions(client)),
  ];
  return {
    async close() {
      timers.forEach((timer) => clearInterval(timer));
      await running;
      await Promise.all([files.checks.close(), inference.close()]);
    },
  };
}
