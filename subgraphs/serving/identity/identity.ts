import type { ServingSecrets } from '../config.js';
import { ApiKeyTokens } from './api-key-token.js';
import { SessionTokens } from './session-token.js';

/** What makes and checks credentials: one for the life of the process, since it rests on secrets alone. */
export interface Identity {
  apiKeys: ApiKeyTokens;
  sessions: SessionTokens;
}

export const identityOf = ({ apiKeyPepper, sessionPrivateKey }: ServingSecrets): Identity => ({
  apiKeys: new ApiKeyTokens(apiKeyPepper),
  sessions: new SessionTokens(sessionPrivateKey),
});
