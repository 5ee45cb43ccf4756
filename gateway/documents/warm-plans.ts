import type { Logger } from 'pino';
import type { ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import type { Generation } from '../execution/generation.js';

/** The maximum time of planning the trusted operations of one generation, in milliseconds. Later ones are planned when requested. */
const MAX_WARMING_MS = 60_000;

/**
 * Plans the operations one after another, so that no client waits for their plans. Logs each that cannot be planned. Resolves to
 * the number of those that are planned.
 */
export async function warmPlans(operations: Iterable<ValidatedOperation>, generation: Generation, logger: Logger): Promise<number> {
  const end = performance.now() + MAX_WARMING_MS;
  let planned = 0;
  for (const operation of operations) {
    if (performance.now() > end) {
      logger.warn(`trusted documents took more than ${MAX_WARMING_MS} ms to plan; the others are planned when they are requested`);
      break;
    }
    try {
      await generation.operation(operation).planAhead();
      planned++;
    } catch (error) {
      logger.warn(
        { err: error, operationName: operation.operationName, sha256: operation.queryHash },
        'a trusted operation cannot be planned',
      );
    }
  }
  return planned;
}
