import type { Logger } from 'pino';
import { ConfigurationError } from '../../subgraphs/shared/configuration/environment.js';
import type { GatewayConfig } from '../config.js';
import { contractSource } from './contract-source.js';
import { openSupergraphFile } from './file-source.js';
import { openRunningSubgraphs, type Compose } from './subgraphs-source.js';
import type { SupergraphSource } from './supergraph-source.js';

/** Opens the source of the supergraph that the configuration selects: a file or the running subgraphs, or a contract of either. */
export async function openSupergraph(config: GatewayConfig, composeSubgraphs: Compose, logger: Logger): Promise<SupergraphSource> {
  const { supergraphFile, subgraphs, subgraphTimeoutMs: timeoutMs, contract } = config;
  const source = supergraphFile
    ? await openSupergraphFile(supergraphFile, { logger }).catch((error: Error) => {
        throw new ConfigurationError([`SUPERGRAPH_FILE: ${error.message}`]);
      })
    : await openRunningSubgraphs(subgraphs!, { compose: composeSubgraphs, logger, timeoutMs });
  return contract ? contractSource(source, contract, logger) : source;
}
