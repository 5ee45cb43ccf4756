import { readFile } from 'node:fs/promises';
import type { GatewayConfig } from '../config.js';
import { compose } from './compose.js';
import { contractSupergraph } from './contract.js';
import { readSubgraphs } from './running-subgraphs.js';

/** The supergraph to serve: from the file, or composed of the running subgraphs; of it, the contract's part. */
export async function loadSupergraph({ supergraphFile, subgraphs, subgraphTimeoutMs, contract }: GatewayConfig): Promise<string> {
  const whole = supergraphFile ? await readFile(supergraphFile, 'utf8') : compose(await readSubgraphs(subgraphs, subgraphTimeoutMs));
  return contract ? contractSupergraph(whole, contract) : whole;
}
