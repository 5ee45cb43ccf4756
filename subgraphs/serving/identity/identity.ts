import type { KeyObject } from 'node:crypto';
import { ApiKeyTokens } from './api-key-token.js';
import { hashPassword, randomPassword } from './password.js';
import { SessionTokens } from './session-token.js';

/** The secrets from which credentials are made and checked. */
export interface IdentitySecrets {
  /** The HMAC key of API key digests. Without it a copy of the database does not reveal whether a guessed token is valid. */
  apiKeyPepper: Buffer;
  /** The Ed25519 private key that signs session tokens. */
  sessionPrivateKey: KeyObject;
}

/** Issues and verifies credentials. Each process has one, because it depends on the secrets alone. */
export interface Identity {
  apiKeys: ApiKeyTokens;
  sessions: SessionTokens;
  /**
   * A hash of a random password, verified when a user does not exist, so that sign-in takes as long as for one who does.
   * It is computed at startup: the first sign-in does not wait for it.
   */
  decoyPasswordHash: Promise<string>;
}

export const createIdentity = ({ apiKeyPepper, sessionPrivateKey }: IdentitySecrets): Identity => ({
  apiKeys: new ApiKeyTokens(apiKeyPepper),
  sessions: new SessionTokens(sessionPrivateKey),
  decoyPasswordHash: hashPassword(randomPassword()),
});
