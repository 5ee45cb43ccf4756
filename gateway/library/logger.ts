import type { Log } from '../log.js';
import type { Logger } from './options.js';

/** Returns the log that writes lines of text to a logger. Without a logger, warnings and errors go to the console. */
export function toLog(logger: Logger | undefined): Log {
  const { info, warn, error } = logger ?? { info: () => undefined, warn: console.warn, error: console.error };
  return {
    info: (fields, message) => info.call(logger, toLine(fields, message)),
    warn: (fields, message) => warn.call(logger, toLine(fields, message)),
    error: (fields, message) => error.call(logger, toLine(fields, message)),
  };
}

function toLine({ err, ...fields }: Readonly<Record<string, unknown>>, message: string): string {
  const cause = err === undefined ? '' : `: ${err instanceof Error ? err.message : String(err)}`;
  const details = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${message}${cause}${details}`;
}
