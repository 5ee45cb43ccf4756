import { z } from 'zod';
import { list, readEnvironment, url, type Environment } from '../../subgraphs/shared/configuration/environment.js';
import type { KeySource } from './load-keys.js';
import { TOKEN_ALGORITHMS, type TokenRules } from './token-verifier.js';

/** The tokens that clients of a graph other than ours authenticate with. */
export interface TokenConfig extends TokenRules {
  /** The key set of their issuer. */
  keys: KeySource;
}

/** Reads the variables of `GATEWAY_AUTH=jwt`. */
export function readTokenConfig(environment: Environment): TokenConfig {
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
