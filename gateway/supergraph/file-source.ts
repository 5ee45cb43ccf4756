import { readFile } from 'node:fs/promises';
import { Kind, parse } from 'graphql';
import type { Logger } from 'pino';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';
import { watchFile } from './watch-file.js';

export interface FileOptions {
  logger: Logger;
  /** Interval at which the file is checked for changes if the file system sends no events, in milliseconds. Default: 2,000. */
  pollMs?: number;
}

/**
 * Opens a supergraph file as a source that follows its changes. If the new content is not a supergraph, the current one stays and
 * the error is logged once. Rejects if the file cannot be read or is not a supergraph at first.
 */
export async function openSupergraphFile(path: string, { logger, pollMs = 2_000 }: FileOptions): Promise<SupergraphSource> {
  let lastText = await readFile(path, 'utf8');
  assertSupergraph(lastText);
  const latest = new LatestSupergraph(lastText, logger);
  let isClosed = false;

  const reload = async () => {
    try {
      const text = await readFile(path, 'utf8');
      if (text === lastText || isClosed) return;
      lastText = text;
      assertSupergraph(text);
      latest.replace(text);
    } catch (error) {
      logger.error({ err: error, path }, 'supergraph file could not be read; the current supergraph stays');
    }
  };
  // Reads run one after another, so that a slow read cannot replace newer content.
  let reading = Promise.resolve();
  const unwatch = watchFile(path, pollMs, () => (reading = reading.then(reload)));

  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      isClosed = true;
      unwatch();
      latest.removeListeners();
      await reading;
    },
  };
}

/** Throws if the text does not look like a supergraph, such as a partly written file. The planner validates the rest. */
function assertSupergraph(text: string): void {
  const isSupergraph = parse(text, { noLocation: true }).definitions.some(
    (node) => node.kind === Kind.SCHEMA_DEFINITION && node.directives?.some(({ name }) => name.value === 'link' || name.value === 'core'),
  );
  if (!isSupergraph) throw new Error('The file is not a supergraph: its schema definition has no @link.');
}
