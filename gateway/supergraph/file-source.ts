import { readFile } from 'node:fs/promises';
import { Kind, parse } from 'graphql';
import type { Logger } from 'pino';
import { LatestSupergraph, type SupergraphSource } from './supergraph-source.js';
import { watchFile } from './watch-file.js';

export interface FileOptions {
  logger: Logger;
  /** How often the file is looked at where the system does not tell of changes, in milliseconds; 2 s if not said. */
  pollMs?: number;
}

/**
 * The supergraph of a file, read again when the file becomes another one. What is no supergraph keeps the old one and is
 * logged, once. Rejects where there is none to begin with.
 */
export async function openFile(path: string, { logger, pollMs = 2_000 }: FileOptions): Promise<SupergraphSource> {
  let seen = await readFile(path, 'utf8');
  check(seen);
  const latest = new LatestSupergraph(seen, logger);
  let isOver = false;

  const take = async () => {
    try {
      const text = await readFile(path, 'utf8');
      if (text === seen || isOver) return;
      seen = text;
      check(text);
      latest.replace(text);
    } catch (error) {
      logger.error({ err: error, path }, 'the supergraph of the file is not taken; the old one stays');
    }
  };
  // One reading after another: a slow one must not bring an old text back.
  let reading = Promise.resolve();
  const unwatch = watchFile(path, pollMs, () => (reading = reading.then(take)));

  return {
    get current() {
      return latest.current;
    },
    onChange: (listener) => latest.onChange(listener),
    async close() {
      isOver = true;
      unwatch();
      latest.silence();
      await reading;
    },
  };
}

/** Throws where a text is not even the form of a supergraph, such as one half written; the planner checks the rest. */
function check(text: string): void {
  const isSupergraph = parse(text, { noLocation: true }).definitions.some(
    (node) => node.kind === Kind.SCHEMA_DEFINITION && node.directives?.some(({ name }) => name.value === 'link' || name.value === 'core'),
  );
  if (!isSupergraph) throw new Error('It is no supergraph: its schema has no @link.');
}
