import { z } from 'zod';
import {
  ConfigurationError,
  logLevel,
  port,
  readEnvironment,
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
import type { SubgraphEndpoint } from './transport/subgraph-transport.js';

/** How the gateway reaches a subgraph that it knows by name. */
export interface SubgraphAddress {
  name: SubgraphName;
  url: string;
  /** Signs what is sent there; the subgraph knows it too. */
  key: SigningKey;
}

export interface GatewayConfig {
  host: string;
  port: number;
  logLevel: z.infer<typeof logLevel>;
  isProduction: boolean;
  /**
   * The five subgraphs; their addresses here count, whatever the supergraph says. Null where `GATEWAY_AUTH=off`: any
   * supergraph is served, nobody is asked for a credential, and nothing is signed.
   */
  subgraphs: readonly SubgraphAddress[] | null;
  /** The URL that the environment gives for a subgraph of the supergraph, `<NAME>_URL`. */
  subgraphUrl: (name: string) => string | undefined;
  /** Whether equal queries of one viewer that are under way at the same time are sent to their subgraph once. */
  sharesRequests: boolean;
  /** Whether Apollo Server reports to GraphOS how the graph is used, which it does where `APOLLO_KEY` is set. */
  reportsUsage: boolean;
  /** Whether plans are made in a thread of their own; in this one is for tests, which run from sources. */
  plansInThread: boolean;
  /** A composed supergraph to serve instead of composing one. */
  supergraphFile: string | null;
  /** `public`: only what is tagged so is in the graph. */
  contract: 'public' | null;
  /** Browsers of these origins may call from their pages; the explorer's own needs no entry. */
  corsOrigins: readonly string[];
  /** The page at `/`, with a folder of operations to show; null for none. */
  explorer: { operations: string | null } | null;
  /** How long a subgraph may take to answer, in milliseconds. */
  subgraphTimeoutMs: number;
}

/** This process's environment; with development secrets, unless nothing is to be signed. */
export const processEnvironment = (): Environment => (isOpen(process.env) ? process.env : environmentWithSecrets());

/** The gateway's configuration; throws ConfigurationError with every fault at once. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const perSubgraph = isOpen(environment)
    ? []
    : SUBGRAPHS.flatMap((name) => [
        [urlVariable(name), url('http:', 'https:').default(defaultUrl(name))],
        [viewerKeysVariable(name), signingKeys],
      ]);
  const settings = readEnvironment(
    z.object({
      HOST: z.string().default('127.0.0.1'),
      PORT: port.default(GATEWAY_PORT),
      LOG_LEVEL: logLevel.default('info'),
      NODE_ENV: z.string().optional(),
      GATEWAY_AUTH: onOrOff,
      GATEWAY_DEDUPLICATION: onOrOff,
      SUPERGRAPH_FILE: isOpen(environment) ? z.string({ error: 'must be set where GATEWAY_AUTH is off' }) : z.string().optional(),
      GRAPH_CONTRACT: z.literal('public', { error: 'must be "public" or unset' }).optional(),
      CORS_ORIGINS: z.string().default(''),
      EXPLORER_OPERATIONS: z.string().optional(),
      SUBGRAPH_TIMEOUT_MS: z.coerce.number({ error: 'must be milliseconds' }).int().min(1).default(5000),
      ...(Object.fromEntries(perSubgraph) as Record<string, z.ZodType<string>>),
    }),
    environment,
  );
  const dynamic = settings as unknown as Record<string, never>;
  return {
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    isProduction: settings.NODE_ENV === 'production',
    subgraphs: isOpen(environment)
      ? null
      : SUBGRAPHS.map((name) => ({
          name,
          url: dynamic[urlVariable(name)]!,
          key: (dynamic[viewerKeysVariable(name)] as unknown as SigningKey[])[0]!,
        })),
    subgraphUrl: (name) => environment[urlVariable(name)],
    sharesRequests: settings.GATEWAY_DEDUPLICATION === 'on',
    reportsUsage: Boolean(environment.APOLLO_KEY),
    plansInThread: true,
    supergraphFile: settings.SUPERGRAPH_FILE ?? null,
    contract: settings.GRAPH_CONTRACT ?? null,
    corsOrigins: settings.CORS_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
    explorer: settings.NODE_ENV === 'production' ? null : { operations: settings.EXPLORER_OPERATIONS ?? null },
    subgraphTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
  };
}

/** How to reach a subgraph of the supergraph; one that is not configured is a fault of the configuration. */
export function destinationOf({ subgraphs, subgraphUrl }: GatewayConfig, name: string, url: string): SubgraphEndpoint {
  if (!subgraphs) return { url: subgraphUrl(name) ?? url, key: null };
  const address = subgraphs.find((subgraph) => subgraph.name === name);
  if (!address) throw new ConfigurationError([`SUPERGRAPH_FILE: names the subgraph "${name}", which is none of ${SUBGRAPHS.join(', ')}`]);
  return address;
}

const isOpen = ({ GATEWAY_AUTH }: Environment): boolean => GATEWAY_AUTH === 'off';
const onOrOff = z.enum(['on', 'off'], { error: 'must be "on" or "off"' }).default('on');
