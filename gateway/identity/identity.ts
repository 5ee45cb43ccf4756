import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import type { Authenticator } from './authenticator.js';
import { credentialOf } from './credential.js';
import { invalidToken, type TokenVerifier, type VerifiedToken } from './token-verifier.js';

/** The client that a credential belongs to. */
export interface Identity {
  /** The user of this graph; null for clients of other graphs and for anonymous ones. */
  readonly viewer: Viewer | null;
  /** The content of the token with which the client of another graph authenticates. */
  readonly token?: VerifiedToken;
}

/**
 * Returns the function that authenticates the credential in a request's headers; null if there is none. Both throw UNAUTHENTICATED
 * if the credential is not valid.
 */
export type Identify = (headers: IncomingHttpHeaders, requestId: string) => (() => Promise<Identity>) | null;

/** Identifies users of this graph by API keys and session tokens. */
export const identifyViewers =
  (authenticator: Authenticator): Identify =>
  (headers, requestId) => {
    const credential = credentialOf(headers);
    return credential && (async () => ({ viewer: await authenticator.authenticate(credential, requestId) }));
  };

/** Identifies clients by a JSON Web Token in `Authorization: Bearer`. */
export const identifyByToken =
  (verifier: TokenVerifier): Identify =>
  ({ authorization }, requestId) => {
    if (authorization === undefined) return null;
    const token = /^Bearer +([\w~+/.=-]+)$/i.exec(authorization)?.[1];
    if (!token) throw invalidToken();
    return async () => ({ viewer: null, token: await verifier.verify(token, requestId) });
  };
