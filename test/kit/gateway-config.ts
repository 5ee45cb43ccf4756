import type { GatewayConfig } from '../../gateway/config.js';
import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { NO_HEADER_RULES } from '../../gateway/headers/header-rules.js';
import { MASK_ERRORS } from '../../gateway/http/subgraph-errors.js';

/** The configuration of a gateway in a test, which serves any supergraph at a free port. */
export const TEST_CONFIG: GatewayConfig = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'info',
  isProduction: true,
  subgraphs: null,
  tokens: null,
  headerRules: NO_HEADER_RULES,
  subgraphErrors: MASK_ERRORS,
  subgraphUrl: () => undefined,
  deduplicatesRequests: true,
  studio: null,
  plansInThread: false,
  supergraphFile: null,
  contract: null,
  corsOrigins: [],
  explorer: null,
  subgraphTimeoutMs: 5000,
  limits: DEFAULT_LIMITS,
};
