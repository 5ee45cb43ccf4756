import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

export const ISSUER = 'https://issuer.example/';
export const AUDIENCE = 'https://graph.example/';

/** A pair of keys with the JWK of the public one. */
export interface KeyPair {
  privateKey: CryptoKey;
  publicJwk: JWK;
}

export async function createKeyPair(alg = 'ES256', kid: string | undefined = `key-of-${alg}`): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }), alg, use: 'sig' } };
}

/** Returns a token that is valid for five minutes; claims that are undefined are left out. */
export function signToken({ privateKey, publicJwk: { alg, kid } }: KeyPair, claims: JWTPayload = {}, header: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = Object.entries({ iss: ISSUER, aud: AUDIENCE, sub: 'ann', exp: now + 300, ...claims });
  return new SignJWT(Object.fromEntries(payload.filter(([, value]) => value !== undefined)))
    .setProtectedHeader({ alg: alg!, ...(kid !== undefined && { kid }), ...header })
    .sign(privateKey);
}

/** A server of a JSON Web Key Set. */
export interface KeyServer {
  url: string;
  /** The keys that it serves. Tests change them. */
  keys: JWK[];
  /** The number of requests. */
  requests: number;
  /** Responds in the place of the server, if it is set. */
  fault: ((response: ServerResponse) => unknown) | null;
  close(): Promise<void>;
}

export async function serveKeys(...keys: JWK[]): Promise<KeyServer> {
  const server = createServer((_, response) => {
    keyServer.requests++;
    if (keyServer.fault) return void keyServer.fault(response);
    response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys: keyServer.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    keys,
    requests: 0,
    fault: null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return keyServer;
}
