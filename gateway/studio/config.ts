import { z } from 'zod';
import { integer, readEnvironment, url, type Environment } from '../../subgraphs/shared/configuration/environment.js';

/** The configuration of the usage reports to Apollo Studio. */
export interface StudioConfig {
  /** The API key of the graph (`APOLLO_KEY`). */
  key: string;
  /** The graph and its variant, such as `platform@current` (`APOLLO_GRAPH_REF`). */
  graphRef: string;
  /** The origin of the server that receives the reports; undefined for Apollo's. */
  endpointUrl?: string;
  /** The share of operations for which subgraphs are asked for traces, from 0 to 1. */
  traceShare: number;
  /** The time between two reports, in milliseconds. */
  reportIntervalMs: number;
}

/** Reads the configuration; null without `APOLLO_KEY`. Throws ConfigurationError with all faults at once. */
export function readStudioConfig(environment: Environment): StudioConfig | null {
  if (!environment.APOLLO_KEY) return null;
  const settings = readEnvironment(
    z.object({
      APOLLO_KEY: z.string().trim(),
      APOLLO_GRAPH_REF: z.string({ error: GRAPH_REF }).regex(/^[^@\s]+@[^@\s]+$/, GRAPH_REF),
      APOLLO_USAGE_REPORTING_ENDPOINT: url('http:', 'https:').optional(),
      APOLLO_TRACE_SHARE: z.coerce.number({ error: SHARE }).min(0, SHARE).max(1, SHARE).default(1),
      APOLLO_REPORT_INTERVAL_MS: integer({ min: 10, unit: 'ms' }).default(10_000),
    }),
    environment,
  );
  return {
    key: settings.APOLLO_KEY,
    graphRef: settings.APOLLO_GRAPH_REF,
    endpointUrl: settings.APOLLO_USAGE_REPORTING_ENDPOINT?.replace(/\/$/, ''),
    traceShare: settings.APOLLO_TRACE_SHARE,
    reportIntervalMs: settings.APOLLO_REPORT_INTERVAL_MS,
  };
}

const GRAPH_REF = 'is required if APOLLO_KEY is set: the graph and its variant, such as platform@current';
const SHARE = 'must be a number from 0 to 1';
