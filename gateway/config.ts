import { z } from 'zod';
import {
  ConfigurationError,
  integer,
  list,
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
  subscriptionsUrlVariable,
  urlVariable,
  viewerKeysVariable,
  type SubgraphName,
} from '../subgraphs/shared/configuration/registry.js';
import { signingKeys } from '../subgraphs/shared/configuration/signing-keys.js';
import { processEnvironment as environmentWithSecrets } from '../subgraphs/shared/server/config.js';
import type { SigningKey } from '../subgraphs/shared/viewer/signature.js';
import { readRules, type Rules } from './configuration-file.js';
import { STUDIO_ORIGIN } from './http/cors.js';
import { defaultOf, LIMITS, type Limit, type Limits } from './guards/limits.js';
import { parseNetwork, type Network } from './identity/client-address.js';
import { readStudioConfig, type StudioConfig } from './studio/config.js';
import { readTokenConfig, type TokenConfig } from './identity/token-config.js';
import type { SubgraphEndpoint } from './transport/subgraph-transport.js';

/** The address of one of the five subgraphs. */
export interface SubgraphAddress {
  name: SubgraphName;
  url: string;
  /** Signs the requests to the subgraph, which has the same key. */
  key: SigningKey;
}

export interface GatewayConfig extends Rules {
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
  /** Returns the URL of a subgraph from the environment variable `<NAME>_URL`; undefined if it is not set. */
  subgraphUrl: (name: string) => string | undefined;
  /**
   * Returns the URL for subscriptions in a subgraph from the environment variable `<NAME>_SUBSCRIPTIONS_URL`; undefined if it is not
   * set. The subgraph is asked over WebSocket if it begins with `ws:` or `wss:`.
   */
  subscriptionsUrl?: (name: string) => string | undefined;
  /** True if equal queries of one viewer that are in flight at the same time share one subgraph request. */
  deduplicatesRequests: boolean;
  /** The usage reports to Apollo Studio. Null without `APOLLO_KEY`. */
  studio: StudioConfig | null;
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
  /** The limits of requests and clients, from the variables `GATEWAY_MAX_...`. */
  limits: Limits;
  /** The proxies whose `X-Forwarded-For` is read. Default: none. */
  trustedProxies?: readonly Network[];
  /** The URL of the Redis server that counts the rates of all processes. Without it each process counts in its memory. */
  redisUrl?: string;
}

/** Returns the environment of this process, with development secrets if the gateway serves this graph. */
export const processEnvironment = (): Environment => (servesAnyGraph(process.env) ? process.env : environmentWithSecrets());

/** Reads the configuration of the gateway. Throws ConfigurationError with all faults at once. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const { settings, studio, tokens, rules } = readParts({
    settings: () => readSettings(environment),
    studio: () => readStudioConfig(environment),
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
    subscriptionsUrl: (name) => environment[subscriptionsUrlVariable(name)],
    deduplicatesRequests: settings.GATEWAY_DEDUPLICATION === 'on',
    studio,
    plansInThread: true,
    supergraphFile: settings.SUPERGRAPH_FILE ?? null,
    contract: settings.GRAPH_CONTRACT ?? null,
    corsOrigins: [...(settings.CORS_STUDIO === 'on' ? [STUDIO_ORIGIN] : []), ...settings.CORS_ORIGINS],
    explorer: settings.NODE_ENV === 'production' ? null : { operations: settings.EXPLORER_OPERATIONS ?? null },
    subgraphTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    maxRequestMs: settings.GATEWAY_MAX_REQUEST_MS,
    limits: Object.fromEntries(Object.entries(LIMITS).map(([name, { variable }]) => [name, dynamic[variable]])) as unknown as Limits,
    trustedProxies: settings.TRUSTED_PROXIES,
    redisUrl: settings.REDIS_URL,
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
      CORS_STUDIO: onOrOff,
      EXPLORER_OPERATIONS: z.string().optional(),
      SUBGRAPH_TIMEOUT_MS: integer({ min: 1, unit: 'ms' }).default(5000),
      GATEWAY_MAX_REQUEST_MS: integer({ min: 1, max: 15_000, unit: 'ms' }).default(10_000),
      TRUSTED_PROXIES: networks.default([]),
      REDIS_URL: url('redis:', 'rediss:').optional(),
      ...limitVariables(environment.GATEWAY_AUTH === 'off'),
      ...(Object.fromEntries(perSubgraph) as Record<string, z.ZodType<string>>),
      ...Object.fromEntries(subscriptionsUrlVariables(environment)),
    }),
    environment,
  );
}

/** Returns the endpoint of a subgraph of the supergraph. Throws ConfigurationError for a subgraph that is not configured. */
export function subgraphEndpoint(config: GatewayConfig, name: string, supergraphUrl: string): SubgraphEndpoint {
  const { subgraphs, subgraphUrl, subscriptionsUrl } = config;
  if (!subgraphs) {
    const url = subgraphUrl(name) ?? supergraphUrl;
    // A URL that begins with `ws:` is for subscriptions. Queries are sent to the same place over HTTP.
    return { url: url.replace(/^ws/i, 'http'), subscriptionsUrl: subscriptionsUrl?.(name) ?? url, key: null };
  }
  const address = subgraphs.find((subgraph) => subgraph.name === name);
  if (!address)
    throw new ConfigurationError([
      `SUPERGRAPH_FILE: the supergraph has the subgraph "${name}"; it must be one of ${SUBGRAPHS.join(', ')}, or GATEWAY_AUTH must be off or jwt`,
    ]);
  return address;
}

/** The variables in an environment that hold URLs for subscriptions. */
const subscriptionsUrlVariables = (environment: Environment) =>
  Object.keys(environment)
    .filter((name) => name.endsWith('_SUBSCRIPTIONS_URL'))
    .map((name) => [name, url('ws:', 'wss:', 'http:', 'https:').optional()] as const);

/** The variables of the limits, each with its default. */
const limitVariables = (isAuthenticationOff: boolean) =>
  Object.fromEntries(
    Object.values<Limit>(LIMITS).map((limit) => [limit.variable, limitValue(limit).default(defaultOf(limit, isAuthenticationOff))]),
  );

/** The largest value of a limit that the graph shows as an Int. */
const MAX_INT = 2 ** 31 - 1;

/** Validates the value of a limit. `off` and 0 become Infinity where they are possible. */
function limitValue({ unit, isOptional }: Limit): z.ZodType<number> & { default(value: number): z.ZodType<number> } {
  if (!isOptional) return integer({ min: 1, unit });
  const error = `must be an integer between 1 and ${MAX_INT} (${unit}), or off`;
  return z
    .string()
    .transform((text) => (text === 'off' || text === '0' ? Infinity : Number(text)))
    .refine((value) => value === Infinity || (Number.isInteger(value) && value >= 1 && value <= MAX_INT), error);
}

/** Parses a list of networks in CIDR notation, separated by commas. */
const networks = list.transform((entries, context): Network[] =>
  entries.flatMap((entry) => {
    const network = parseNetwork(entry);
    if (!network) context.addIssue(`"${entry}" must be an address or a network such as 10.0.0.0/8 or 2001:db8::/32`);
    return network ? [network] : [];
  }),
);
/** True if the gateway serves any supergraph and not only this one. */
const servesAnyGraph = ({ GATEWAY_AUTH }: Environment): boolean => GATEWAY_AUTH === 'off' || GATEWAY_AUTH === 'jwt';
const onOrOff = z.enum(['on', 'off'], { error: 'must be "on" or "off"' }).default('on');
