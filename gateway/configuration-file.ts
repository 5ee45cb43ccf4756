import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigurationError, list, readEnvironment, readParts, type Environment } from '../subgraphs/shared/configuration/environment.js';
import { headerRules, NO_HEADER_RULES, requestHeaderName, type HeaderRules } from './headers/header-rules.js';
import { MASK_ERRORS, subgraphErrorRules, type SubgraphErrorRules } from './http/subgraph-errors.js';

const configurationFile = z.strictObject({
  headers: headerRules.default(NO_HEADER_RULES),
  errors: subgraphErrorRules.default(MASK_ERRORS),
});

/** The rules of the configuration file: what has a structure, unlike a variable of the environment. */
export interface Rules {
  /** The headers that subgraphs get from clients and return to them. */
  headerRules: HeaderRules;
  /** The parts of subgraphs' errors that clients see. */
  subgraphErrors: SubgraphErrorRules;
}

/** Reads the rules of the configuration file, to which `GATEWAY_FORWARD_HEADERS` adds a rule for all subgraphs. */
export function readRules(environment: Environment): Rules {
  const { variables, file } = readParts({
    variables: () =>
      readEnvironment(
        z.object({ GATEWAY_CONFIG_FILE: z.string().optional(), GATEWAY_FORWARD_HEADERS: list.pipe(z.array(requestHeaderName)).optional() }),
        environment,
      ),
    file: () => readFile(environment.GATEWAY_CONFIG_FILE || undefined, environment),
  });
  const { headers, errors } = file;
  const insertsClaims = [headers.all, ...Object.values(headers.subgraphs)].some((rules) =>
    rules?.request.some(({ insert }) => insert?.claim),
  );
  if (insertsClaims && environment.GATEWAY_AUTH !== 'jwt')
    throw new ConfigurationError(['GATEWAY_CONFIG_FILE: a rule inserts a claim, which clients have only if GATEWAY_AUTH is jwt']);
  const named = variables.GATEWAY_FORWARD_HEADERS;
  if (!named?.length) return { headerRules: headers, subgraphErrors: errors };
  const { request, response } = headers.all ?? { request: [], response: [] };
  return {
    headerRules: { ...headers, all: { request: [{ propagate: { named } }, ...request], response } },
    subgraphErrors: errors,
  };
}

/** Returns the subgraphs that the rules name and that a supergraph does not have: usually misspelled names. */
export const unknownSubgraphs = ({ headerRules, subgraphErrors }: Rules, known: ReadonlyMap<string, unknown>): string[] =>
  [...Object.keys(headerRules.subgraphs), ...Object.keys(subgraphErrors.subgraphs)].filter((name) => !known.has(name));

/**
 * Reads a configuration file in YAML or JSON. `${env.NAME}` in a text is replaced by a variable of the environment, and
 * `${env.NAME:-text}` by the text if it is not set. Throws ConfigurationError with all problems, each with its path in the file.
 * @param path undefined for no file.
 */
function readFile(path: string | undefined, environment: Environment): z.infer<typeof configurationFile> {
  if (path === undefined) return configurationFile.parse({});
  const problems: string[] = [];
  const content = substitute(parseYaml(path), environment, [], problems);
  const { success, data, error } = configurationFile.safeParse(content);
  problems.push(...(error?.issues.map(({ path: keys, message }) => describe(keys, message)) ?? []));
  if (!success || problems.length > 0) throw new ConfigurationError(problems);
  return data;
}

const describe = (keys: readonly PropertyKey[], message: string): string =>
  `GATEWAY_CONFIG_FILE: ${keys.length > 0 ? `${keys.join('.')}: ` : ''}${message}`;

function parseYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError([describe([], `cannot be read: ${(error as Error).message}`)]);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    throw new ConfigurationError(document.errors.map(({ message }) => describe([], message.split('\n')[0]!.replace(/:$/, ''))));
  return document.toJS() ?? {};
}

const VARIABLE = /\$\{env\.(\w+)(?::-([^}]*))?\}/g;

/** Returns the value with the variables in its texts replaced. Adds a problem for each that is not set. */
function substitute(value: unknown, environment: Environment, keys: readonly PropertyKey[], problems: string[]): unknown {
  if (typeof value === 'string')
    return value.replace(VARIABLE, (_, name: string, fallback?: string) => {
      const replacement = (environment[name] || undefined) ?? fallback;
      if (replacement === undefined) problems.push(describe(keys, `the variable ${name} is not set`));
      return replacement ?? '';
    });
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, environment, [...keys, index], problems));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, environment, [...keys, key], problems)]));
}
