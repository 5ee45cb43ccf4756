import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { Authenticator } from '../../../gateway/identity/authenticator.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { moveClock, restoreClock } from '../../kit/clock.js';
import { aMember } from '../../kit/viewers.js';

const { publicKey, privateKey } = await generateKeyPair('EdDSA');
const ISSUER = 'ml-platform-graph';
const member = aMember();

/** Whose an API key is, and what was asked. */
const viewers = new Map<string, Viewer>();
const requests: string[] = [];
let server: Server;
let identity: Authenticator;
beforeAll(async () => {
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] };
  server = createServer(async (request, response) => {
    requests.push(request.url!);
    const { token } = JSON.parse(await text(request)) as { token?: string };
    const answer = request.url === '/identity/keys' ? keys : { viewer: viewers.get(token!) ?? null };
    setTimeout(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
beforeEach(() => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  identity = new Authenticator({ name: 'serving', url, key: { id: 'k', secret: randomBytes(32) } }, 10_000, pino({ level: 'silent' }));
  viewers.clear();
  requests.length = 0;
});
afterEach(() => (restoreClock(), identity.close()));

const authenticateKey = (token: string) => identity.authenticate({ kind: 'apiKey', token }, 'request');
const authenticateSession = (token: string) => identity.authenticate({ kind: 'session', token }, 'request');
const sessionToken = (seconds: number) =>
  new SignJWT({ org: member.organizationId, roles: member.roles })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(member.userId)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(privateKey);
const refused = { extensions: { code: 'UNAUTHENTICATED' } };

describe('an API key', () => {
  it('is looked up once for concurrent and subsequent requests', async () => {
    viewers.set('mine', member);
    expect(await Promise.all(Array.from({ length: 20 }, () => authenticateKey('mine')))).toEqual(Array.from({ length: 20 }, () => member));
    await authenticateKey('mine');
    expect(requests).toEqual(['/identity/api-key']);
  });

  it('is looked up again a second later, also if it was unknown', async () => {
    viewers.set('mine', member);
    await authenticateKey('mine');
    await expect(authenticateKey('new')).rejects.toMatchObject(refused);
    viewers.delete('mine');
    viewers.set('new', member);
    moveClock(1000);
    await expect(authenticateKey('mine')).rejects.toMatchObject(refused);
    expect(await authenticateKey('new')).toEqual(member);
  });

  it('is looked up again after a failed lookup', async () => {
    viewers.set('mine', member);
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(authenticateKey('mine')).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await authenticateKey('mine')).toEqual(member);
  });
});

describe('a session token', () => {
  it('is verified with the keys of the serving subgraph, which are fetched once', async () => {
    const [one, other] = [await sessionToken(60), await sessionToken(61)];
    for (const token of [one, other, one]) expect(await authenticateSession(token)).toEqual(member);
    expect(requests).toEqual(['/identity/keys']);
  });

  it('is refused after it has expired, also if it is cached', async () => {
    const token = await sessionToken(60);
    expect(await authenticateSession(token)).toEqual(member);
    moveClock(61_000);
    await expect(authenticateSession(token)).rejects.toMatchObject(refused);
  });

  it('is not accepted as an API key, nor an API key as a session token', async () => {
    const token = await sessionToken(60);
    viewers.set('mine', member);
    await Promise.all([authenticateSession(token), authenticateKey('mine')]);
    await expect(authenticateKey(token)).rejects.toMatchObject(refused);
    await expect(authenticateSession('mine')).rejects.toMatchObject(refused);
  });
});
