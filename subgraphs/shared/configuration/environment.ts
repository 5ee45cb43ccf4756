import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, so that it is mended in one go. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

/** Reads the variables that the schema names; throws one ConfigurationError with every fault. Empty counts as unset. */
export function readEnvironment<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.infer<Schema> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigurationError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

/** Runs readers of parts of a configuration; throws one ConfigurationError with the faults of all, each named once. */
export function readParts<Parts extends Record<string, unknown>>(readers: { [part in keyof Parts]: () => Parts[part] }): Parts {
  const faults = new Set<string>();
  const parts = Object.entries(readers).map(([part, read]) => [part, faultsInto(faults, read)]);
  if (faults.size > 0) throw new ConfigurationError([...faults]);
  return Object.fromEntries(parts) as Parts;
}

function faultsInto<Part>(faults: Set<string>, read: () => Part): Part | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const fault of error.faults) faults.add(fault);
    return null;
  }
}

export const isProduction = (environment: Environment): boolean => environment.NODE_ENV === 'production';

/** The words for a required variable that is not there. */
export const required = (what: string) => ({
  error: (issue: { input: unknown }) => (issue.input === undefined ? `is required: ${what}` : undefined),
});

export const port = z.coerce
  .number({ error: 'must be a port number' })
  .int('must be a port number')
  .min(0, 'must be a port number')
  .max(65535, 'must be a port number');

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be one of fatal, error, warn, info, debug, trace, silent',
});

/** A URL with one of the schemes, as text. */
export const url = (...schemes: string[]) =>
  z
    .string(required('a URL'))
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );
