import { setImmediate as turn } from 'node:timers/promises';
import { Kind, parse } from 'graphql';
import type { Logger } from 'pino';

/** Makes ready what one operation of a document needs; the name is undefined where the operation has none. */
export type Prepare = (document: string, operationName: string | undefined) => Promise<unknown>;

/**
 * Prepares operations that clients are known to send, before they do: one after another, so that a client's own request
 * waits for one of them at most. One that fails is logged, and the rest go on. Ends early when the signal says so.
 */
export async function warm(documents: Iterable<string>, prepare: Prepare, logger: Logger, signal?: AbortSignal): Promise<void> {
  for (const document of documents) {
    for (const operationName of operationNames(document, logger)) {
      await turn();
      if (signal?.aborted) return;
      await prepare(document, operationName).catch((error: unknown) =>
        logger.warn({ err: error, operationName }, 'a known operation cannot be prepared'),
      );
    }
  }
}

function operationNames(document: string, logger: Logger): (string | undefined)[] {
  try {
    return parse(document, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value] : [],
    );
  } catch (error) {
    logger.warn({ err: error }, 'a known document cannot be read');
    return [];
  }
}
