import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The error of an invalid environment, with all its problems, so that they can be corrected at once. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

/** Reads the variables of a schema. An empty variable counts as unset. Throws one ConfigurationError with all problems. */
export function readEnvironment<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.infer<Schema> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigurationError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

/** Runs the readers of the parts of a configuration. Throws one ConfigurationError with the problems of all parts, each once. */
export function readParts<Parts extends Record<string, unknown>>(readers: { [part in keyof Parts]: () => Parts[part] }): Parts {
  const problems = new Set<string>();
  const parts = Object.entries(readers).map(([part, read]) => [part, collectProblems(problems, read)]);
  if (problems.size > 0) throw new ConfigurationError([...problems]);
  return Object.fromEntries(parts) as Parts;
}

function collectProblems<Part>(problems: Set<string>, read: () => Part): Part | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) problems.add(problem);
    return null;
  }
}

export const isProduction = (environment: Environment): boolean => environment.NODE_ENV === 'production';

/** Returns the Zod error for a required variable that is not set. */
export const required = (what: string) => ({
  error: (issue: { input: unknown }) => (issue.input === undefined ? `is required: ${what}` : undefined),
});

/** Validates an integer with a unit such as "ms". Every error message states the range. */
export function integer({ min, max, unit }: { min: number; max?: number; unit: string }) {
  const error =
    max === undefined ? `must be an integer of at least ${min} (${unit})` : `must be an integer between ${min} and ${max} (${unit})`;
  return z.coerce
    .number({ error })
    .int(error)
    .min(min, error)
    .max(max ?? Number.MAX_SAFE_INTEGER, error);
}

/** A list of texts with commas between them. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

export const port = integer({ min: 0, max: 65535, unit: 'port number' });

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be one of fatal, error, warn, info, debug, trace, silent',
});

/** Validates a URL with one of the schemes. Its value is a string. */
export const url = (...schemes: string[]) =>
  z
    .string(required('a URL'))
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );
