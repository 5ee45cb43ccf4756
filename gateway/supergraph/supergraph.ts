import type { Logger } from 'pino';
import { ConfigurationError } from '../../subgraphs/shared/configuration/environment.js';
import type { GatewayConfig } from '../config.js';
import { contractOf } from './contract-source.js';
import { openFile } from './file-source.js';
import { openSubgraphs, type Compose } from './subgraphs-source.js';
import type { SupergraphSource } from './supergraph-source.js';

/** The supergraph to serve, kept in step with the file or the running subgraphs; of it, the contract's part. */
export async function openSupergraph(config: GatewayConfig, composeSubgraphs: Compose, logger: Logger): Promise<SupergraphSource> {
  const { supergraphFile, subgraphs, subgraphTimeoutMs: timeoutMs, contract } = config;
  const whole = supergraphFile
    ? await openFile(supergraphFile, { logger }).catch((error: Error) => {
        throw new ConfigurationError([`SUPERGRAPH_FILE: ${error.message}`]);
      })
    : await openSubgraphs(subgraphs!, { compose: composeSubgraphs, logger, timeoutMs });
  return contract ? contractOf(whole, contract, logger) : whole;
}
