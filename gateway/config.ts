import { z } from 'zod';
import {
  ConfigurationError,
  integer,
  logLevel,
  port,
  readEnvironment,
  readParts,
  url,
  type Environment,
} from '../subgraphs/shared/configuration/environment.js';
import {
  defaultUrl,
  GATEWAY_PORT,
  SUBGRAPHS,
  urlVariable,
  viewerKeysVariable,
  type SubgraphName,
} from '../subgraphs/shared/configuration/registry.js';
import { signingKeys } from '../subgraphs/shared/configuration/signing-keys.js';
import { processEnvironment as environmentWithSecrets } from '../subgraphs/shared/server/config.js';
import type { SigningKey } from '../subgraphs/shared/viewer/signature.js';
import { readConfigurationFile } from './configuration-file.js';
import { LIMITS, type Limits } from './guards/limits.js';
import { requestHeaderName, type HeaderRules } from './headers/header-rules.js';
import type { SubgraphErrorRules } from './http/subgraph-errors.js';
import type { KeySource } from './identity/load-keys.js';
import { TOKEN_ALGORITHMS, type TokenRules } from './identity/token-verifier.js';
import type { SubgraphEndpoint } from './transport/subgraph-transport.js';

/** The address of one of the five subgraphs. */
export interface SubgraphAddress {
  name: SubgraphName;
  url: string;
  /** Signs the requests to the subgraph, which has the same key. */
  key: SigningKey;
}

/** The tokens that clients of a graph other than ours authenticate with. */
export interface TokenConfig extends TokenRules {
  /** The key set of their issuer. */
  keys: KeySource;
}

export interface GatewayConfig {
  host: string;
  port: number;
  logLevel: z.infer<typeof logLevel>;
  isProduction: boolean;
  /**
   * The five subgraphs. These addresses replace those in the supergraph. Null if `GATEWAY_AUTH` is `off` or `jwt`: the gateway
   * then serves any supergraph and signs no requests.
   */
  subgraphs: readonly SubgraphAddress[] | null;
  /** The verification of clients' tokens if `GATEWAY_AUTH=jwt`; null otherwise. */
  tokens: TokenConfig | null;
  /** The headers that subgraphs get from clients and return to them. */
  headerRules: HeaderRules;
  /** The parts of subgraphs' errors that clients see. */
  subgraphErrors: SubgraphErrorRules;
  /** Returns the URL of a subgraph from the environment variable `<NAME>_URL`; undefined if it is not set. */
  subgraphUrl: (name: string) => string | undefined;
  /** True if equal queries of one viewer that are in flight at the same time share one subgraph request. */
  deduplicatesRequests: boolean;
  /** True if Apollo Server sends usage reports to GraphOS, which it does if `APOLLO_KEY` is set. */
  reportsUsage: boolean;
  /** True if operations are planned in a worker thread. Tests plan in the main thread, because they run from TypeScript sources. */
  plansInThread: boolean;
  /** The path of a composed supergraph to serve. Null to compose the running subgraphs. */
  supergraphFile: string | null;
  /** The tag of a contract: clients see only types and root fields with this tag. Null for all of the graph. */
  contract: 'public' | null;
  /** Origins whose pages may send requests from browsers. The explorer, which the gateway serves itself, needs no entry. */
  corsOrigins: readonly string[];
  /** The explorer at `/`, with the folder of sample operations that it shows. Null for no explorer. */
  explorer: { operations: string | null } | null;
  /** Maximum time of a subgraph request, in milliseconds. */
  subgraphTimeoutMs: number;
  /** Maximum time in which a client sends a request after it has opened the connection, in milliseconds. */
  maxRequestMs?: number;
  /** The limits of one request, from the variables `GATEWAY_MAX_...`. */
  limits: Limits;
}

/** Returns the environment of this process, with development secrets if the gateway serves this graph. */
export const processEnvironment = (): Environment => (servesAnyGraph(process.env) ? process.env : environmentWithSecrets());

/** Reads the configuration of the gateway. Throws ConfigurationError with all faults at once. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const { settings, tokens, rules } = readParts({
    settings: () => readSettings(environment),
    tokens: () => (environment.GATEWAY_AUTH === 'jwt' ? readTokenConfig(environment) : null),
    rules: () => readRules(environment),
  });
  const dynamic = settings as unknown as Record<string, never>;
  return {
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    isProduction: settings.NODE_ENV === 'production',
    subgraphs: servesAnyGraph(environment)
      ? null
      : SUBGRAPHS.map((name) => ({
          name,
          url: dynamic[urlVariable(name)]!,
          key: (dynamic[viewerKeysVariable(name)] as unknown as SigningKey[])[0]!,
        })),
    tokens,
    ...rules,
    subgraphUrl: (name) => environment[urlVariable(name)],
    deduplicatesRequests: settings.GATEWAY_DEDUPLICATION === 'on',
    reportsUsage: Boolean(environment.APOLLO_KEY),
    plansInThread: true,
    supergraphFile: settings.SUPERGRAPH_FILE ?? null,
    contract: settings.GRAPH_CONTRACT ?? null,
    corsOrigins: settings.CORS_ORIGINS,
    explorer: settings.NODE_ENV === 'production' ? null : { operations: settings.EXPLORER_OPERATIONS ?? null },
    subgraphTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    maxRequestMs: settings.GATEWAY_MAX_REQUEST_MS,
    limits: Object.fromEntries(Object.entries(LIMITS).map(([name, { variable }]) => [name, dynamic[variable]])) as unknown as Limits,
  };
}

function readSettings(environment: Environment) {
  const perSubgraph = servesAnyGraph(environment)
    ? []
    : SUBGRAPHS.flatMap((name) => [
        [urlVariable(name), url('http:', 'https:').default(defaultUrl(name))],
        [viewerKeysVariable(name), signingKeys],
      ]);
  return readEnvironment(
    z.object({
      HOST: z.string().default('127.0.0.1'),
      PORT: port.default(GATEWAY_PORT),
      LOG_LEVEL: logLevel.default('info'),
      NODE_ENV: z.string().optional(),
      GATEWAY_AUTH: z.enum(['on', 'off', 'jwt'], { error: 'must be "on", "off" or "jwt"' }).default('on'),
      GATEWAY_DEDUPLICATION: onOrOff,
      SUPERGRAPH_FILE: servesAnyGraph(environment)
        ? z.string({ error: `is required if GATEWAY_AUTH is ${environment.GATEWAY_AUTH}: the path of a supergraph` })
        : z.string().optional(),
      GRAPH_CONTRACT: z.literal('public', { error: 'must be "public" or unset' }).optional(),
      CORS_ORIGINS: list.default([]),
      EXPLORER_OPERATIONS: z.string().optional(),
      SUBGRAPH_TIMEOUT_MS: integer({ min: 1, unit: 'ms' }).default(5000),
      GATEWAY_MAX_REQUEST_MS: integer({ min: 1, max: 15_000, unit: 'ms' }).default(10_000),
      ...limitVariables,
      ...(Object.fromEntries(perSubgraph) as Record<string, z.ZodType<string>>),
    }),
    environment,
  );
}

/** Reads the variables of `GATEWAY_AUTH=jwt`. */
function readTokenConfig(environment: Environment): TokenConfig {
  const settings = readEnvironment(
    z
      .object({
        JWKS_URL: url('http:', 'https:').optional(),
        JWKS_FILE: z.string().optional(),
        JWT_ISSUER: list.optional(),
        JWT_AUDIENCE: list.optional(),
        JWT_ALGORITHMS: list
          .pipe(z.array(z.enum(TOKEN_ALGORITHMS, { error: `must be a list of ${TOKEN_ALGORITHMS.join(', ')}` })))
          .default([...TOKEN_ALGORITHMS]),
        JWT_SCOPES_CLAIM: list.default(['scope', 'scp', 'scopes']),
        JWT_POLICIES_CLAIM: z.string().default('policies'),
      })
      .refine(({ JWKS_URL, JWKS_FILE }) => (JWKS_URL === undefined) !== (JWKS_FILE === undefined), {
        path: ['JWKS_URL'],
        error: 'or JWKS_FILE is required if GATEWAY_AUTH is jwt, and not both: the key set that verifies tokens',
      }),
    environment,
  );
  const { JWKS_URL, JWKS_FILE } = settings;
  return {
    keys: JWKS_FILE === undefined ? { url: JWKS_URL! } : { file: JWKS_FILE },
    issuers: settings.JWT_ISSUER ?? null,
    audiences: settings.JWT_AUDIENCE ?? null,
    algorithms: settings.JWT_ALGORITHMS,
    scopesClaims: settings.JWT_SCOPES_CLAIM,
    policiesClaim: settings.JWT_POLICIES_CLAIM,
  };
}

/** Reads the rules of the configuration file, to which `GATEWAY_FORWARD_HEADERS` adds a rule for all subgraphs. */
function readRules(environment: Environment): Pick<GatewayConfig, 'headerRules' | 'subgraphErrors'> {
  const { variables, file } = readParts({
    variables: () =>
      readEnvironment(
        z.object({ GATEWAY_CONFIG_FILE: z.string().optional(), GATEWAY_FORWARD_HEADERS: list.pipe(z.array(requestHeaderName)).optional() }),
        environment,
      ),
    file: () => readConfigurationFile(environment.GATEWAY_CONFIG_FILE || undefined, environment),
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

/** Returns the endpoint of a subgraph of the supergraph. Throws ConfigurationError for a subgraph that is not configured. */
export function subgraphEndpoint({ subgraphs, subgraphUrl }: GatewayConfig, name: string, url: string): SubgraphEndpoint {
  if (!subgraphs) return { url: subgraphUrl(name) ?? url, key: null };
  const address = subgraphs.find((subgraph) => subgraph.name === name);
  if (!address)
    throw new ConfigurationError([
      `SUPERGRAPH_FILE: the supergraph has the subgraph "${name}"; it must be one of ${SUBGRAPHS.join(', ')}, or GATEWAY_AUTH must be off or jwt`,
    ]);
  return address;
}

/** The variables of the limits, each with its default. */
const limitVariables = Object.fromEntries(
  Object.values(LIMITS).map((limit) => [limit.variable, integer({ min: 1, unit: limit.unit }).default(limit.default)]),
);
/** True if the gateway serves any supergraph and not only this one. */
const servesAnyGraph = ({ GATEWAY_AUTH }: Environment): boolean => GATEWAY_AUTH === 'off' || GATEWAY_AUTH === 'jwt';
/** A list of texts with commas between them. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const onOrOff = z.enum(['on', 'off'], { error: 'must be "on" or "off"' }).default('on');
