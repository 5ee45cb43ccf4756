import type { Logger } from 'pino';
import { ConfigurationError } from '../../subgraphs/shared/configuration/environment.js';
import type { GatewayConfig } from '../config.js';
import { Authenticator } from './authenticator.js';
import { identifyByToken, identifyViewers, type Identify } from './identity.js';
import { KeySet } from './key-set.js';
import { keyLoader } from './load-keys.js';
import { TokenVerifier } from './token-verifier.js';

/** The authentication of clients. */
export interface OpenIdentity {
  /** Null if credentials are ignored. */
  identify: Identify | null;
  close(): Promise<void>;
}

/**
 * Returns the authentication that the configuration chooses. Throws ConfigurationError for a file that is no key set; a key set at
 * a URL that cannot be loaded now is loaded later.
 */
export async function openIdentity(config: GatewayConfig, logger: Logger): Promise<OpenIdentity> {
  const { subgraphs, subgraphTimeoutMs, tokens } = config;
  const serving = subgraphs?.find(({ name }) => name === 'serving');
  if (serving) {
    const authenticator = new Authenticator(serving, subgraphTimeoutMs, logger);
    return { identify: identifyViewers(authenticator), close: () => authenticator.close() };
  }
  if (!tokens) {
    logger.warn('GATEWAY_AUTH is off: clients need no credential, and subgraph requests are not signed');
    return { identify: null, close: async () => undefined };
  }
  if (!tokens.audiences) logger.warn('JWT_AUDIENCE is not set: tokens that the issuer made for other services are accepted');
  const keys = new KeySet(keyLoader(tokens.keys, subgraphTimeoutMs), logger);
  if (!(await keys.preload()) && 'file' in tokens.keys)
    throw new ConfigurationError([`JWKS_FILE: ${tokens.keys.file} is not a JSON Web Key Set, or cannot be read`]);
  return { identify: identifyByToken(new TokenVerifier(keys, tokens, logger)), close: async () => undefined };
}
