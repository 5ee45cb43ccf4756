import { jest } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { exportSPKI, SignJWT, UnsecuredJWT, importJWK, type JWK, type JWTPayload } from 'jose';
import { pino } from 'pino';
import { KeySet } from '../../../gateway/identity/key-set.js';
import { keyLoader } from '../../../gateway/identity/load-keys.js';
import { TOKEN_ALGORITHMS, TokenVerifier, type TokenRules } from '../../../gateway/identity/token-verifier.js';
import { AUDIENCE, createKeyPair, ISSUER, serveKeys, signToken, type KeyPair, type KeyServer } from '../../kit/issuer.js';

const RULES: TokenRules = {
  issuers: [ISSUER],
  audiences: [AUDIENCE, 'other'],
  algorithms: TOKEN_ALGORITHMS,
  scopesClaims: ['scope', 'scp', 'scopes'],
  policiesClaim: 'policies',
};
const silent = pino({ level: 'silent' });
const now = Math.floor(Date.now() / 1000);

let key: KeyPair;
let server: KeyServer;
beforeAll(async () => (key = await createKeyPair()));
beforeEach(async () => (server = await serveKeys(key.publicJwk)));
afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

const createVerifier = (rules: Partial<TokenRules> = {}) =>
  new TokenVerifier(new KeySet(keyLoader({ url: server.url }, 2000), silent), { ...RULES, ...rules }, silent);
/** Returns "valid", or the error code for clients. */
const outcome = (verifier: TokenVerifier, token: string) =>
  verifier.verify(token, 'r').then(
    () => 'valid',
    (error: { extensions: { code: string } }) => error.extensions.code,
  );

describe('a token', () => {
  it.each<[string, JWTPayload, string]>([
    ['of the issuer for this audience', {}, 'valid'],
    ['without a subject', { sub: undefined }, 'valid'],
    ['for several audiences', { aud: ['x', AUDIENCE] }, 'valid'],
    ['for another accepted audience', { aud: 'other' }, 'valid'],
    ['that expired within the leeway', { exp: now - 2 }, 'valid'],
    ['that expired', { exp: now - 60 }, 'UNAUTHENTICATED'],
    ['that does not expire', { exp: undefined }, 'UNAUTHENTICATED'],
    ['whose time of expiry is a text', { exp: `${now + 60}` as never }, 'UNAUTHENTICATED'],
    ['that is not valid yet', { nbf: now + 60 }, 'UNAUTHENTICATED'],
    ['of another issuer', { iss: 'https://issuer.example' }, 'UNAUTHENTICATED'],
    ['of no issuer', { iss: undefined }, 'UNAUTHENTICATED'],
    ['for another audience', { aud: ['x', `${AUDIENCE}x`] }, 'UNAUTHENTICATED'],
    ['for no audience', { aud: undefined }, 'UNAUTHENTICATED'],
    ['for an empty list of audiences', { aud: [] }, 'UNAUTHENTICATED'],
  ])('%s is judged by its claims', async (_, claims, expected) => {
    expect(await outcome(createVerifier(), await signToken(key, claims))).toBe(expected);
  });

  it.each(TOKEN_ALGORITHMS)('can be signed with %s', async (alg) => {
    const pair = await createKeyPair(alg);
    server.keys.push(pair.publicJwk);
    expect(await outcome(createVerifier(), await signToken(pair))).toBe('valid');
    expect(
      await outcome(createVerifier({ algorithms: TOKEN_ALGORITHMS.filter((other) => other !== alg) }), await signToken(pair)),
    ).not.toBe('valid');
  });

  it('without a signature, or signed with a published key as a secret, is refused without loading keys again', async () => {
    const verifier = createVerifier();
    await verifier.verify(await signToken(key), 'r');
    const claims = { iss: ISSUER, aud: AUDIENCE, exp: now + 60 };
    const pem = await exportSPKI((await importJWK(key.publicJwk, 'ES256')) as never);
    const secrets = [pem, JSON.stringify(key.publicJwk), ''.padEnd(32, 'x')].map((text) => new TextEncoder().encode(text));
    const tokens = [
      new UnsecuredJWT(claims).encode(),
      ...['none', 'None', 'nOnE'].map((alg) => `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.e30.`),
      ...(await Promise.all(
        secrets.map((secret) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key.publicJwk.kid }).sign(secret)),
      )),
    ];
    for (const token of tokens) expect(await outcome(verifier, token)).toBe('UNAUTHENTICATED');
    expect(server.requests).toBe(1);
  });

  it('is verified with keys of the set only, not with those that it names or contains', async () => {
    const stranger = await createKeyPair('ES256', key.publicJwk.kid);
    const headers = [{ jwk: stranger.publicJwk }, { jku: server.url }, { x5u: server.url }, {}];
    for (const header of headers) expect(await outcome(createVerifier(), await signToken(stranger, {}, header))).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['is no token', 'abc'],
    ['is empty', ''],
    ['has four parts', 'a.b.c.d'],
    ['has no JSON', 'YQ.YQ.YQ'],
    ['has an unknown critical extension', `${Buffer.from('{"alg":"ES256","crit":["x"],"x":1}').toString('base64url')}.e30.YQ`],
    ['is too long', 'a'.repeat(20_000)],
  ])('that %s is refused', async (_, token) => expect(await outcome(createVerifier(), token)).toBe('UNAUTHENTICATED'));

  it('whose content was changed is refused', async () => {
    const [header, , signature] = (await signToken(key)).split('.');
    const claims = Buffer.from(JSON.stringify({ iss: ISSUER, aud: AUDIENCE, sub: 'root', exp: now + 60 })).toString('base64url');
    expect(await outcome(createVerifier(), `${header}.${claims}.${signature}`)).toBe('UNAUTHENTICATED');
  });

  it('is refused after it has expired, also if it was verified before', async () => {
    const verifier = createVerifier();
    const token = await signToken(key, { exp: now + 10 });
    expect(await outcome(verifier, token)).toBe('valid');
    const { now: clock } = performance;
    jest.spyOn(performance, 'now').mockImplementation(() => clock.call(performance) + 60_000);
    jest.useFakeTimers({ now: (now + 16) * 1000, doNotFake: ['nextTick', 'performance', 'setImmediate', 'setTimeout', 'clearTimeout'] });
    expect(await outcome(verifier, token)).toBe('UNAUTHENTICATED');
    jest.useRealTimers();
  });
});

describe('the content of a token', () => {
  const contentOf = async (claims: JWTPayload, rules: Partial<TokenRules> = {}) => {
    const { scopes, policies } = await createVerifier(rules).verify(await signToken(key, claims), 'r');
    return { scopes, policies };
  };

  it.each<[JWTPayload, string[]]>([
    [{ scope: 'read:users  write:users' }, ['read:users', 'write:users']],
    [{ scp: ['read', 'write'] }, ['read', 'write']],
    [{ scp: 'read write' }, ['read', 'write']],
    [{ scopes: ['read', 7, null, ['write']] }, ['read']],
    [{ scope: 'read', scopes: ['admin'] }, ['read']],
    [{ scope: '', scp: ['read'] }, ['read']],
    [{ scope: { read: true } }, []],
    [{}, []],
  ])('%j has the scopes %j and no policies', async (claims, scopes) => expect(await contentOf(claims)).toEqual({ scopes, policies: [] }));

  it('has the scopes and policies of the configured claims, which may be nested', async () => {
    const rules = { scopesClaims: ['realm_access.roles'], policiesClaim: 'https://example.com/policies' };
    const claims = { scope: 'x', policies: ['y'], realm_access: { roles: ['a'] }, 'https://example.com/policies': 'p q' };
    expect(await contentOf(claims, rules)).toEqual({ scopes: ['a'], policies: ['p', 'q'] });
    expect(
      await contentOf(JSON.parse('{"__proto__":{"roles":["a"]}}') as JWTPayload, { scopesClaims: ['realm.roles', 'constructor.name'] }),
    ).toEqual({
      scopes: [],
      policies: [],
    });
  });
});

describe('the keys', () => {
  it('are loaded once for many tokens, and again for an unknown key', async () => {
    const verifier = createVerifier();
    await Promise.all(Array.from({ length: 20 }, async (_, n) => verifier.verify(await signToken(key, { sub: `${n}` }), 'r')));
    expect(server.requests).toBe(1);
    const next = await createKeyPair('EdDSA', 'next');
    server.keys = [next.publicJwk];
    expect(await outcome(verifier, await signToken(next))).toBe('valid');
    expect(server.requests).toBe(2);
    expect(await outcome(verifier, await signToken(key))).toBe('UNAUTHENTICATED');
  });

  it('are not loaded for each token with an unknown key', async () => {
    const verifier = createVerifier();
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => signToken(key, {}, { kid: `unknown-${n}` })));
    const outcomes = await Promise.all(tokens.map((token) => outcome(verifier, token)));
    for (const token of tokens) outcomes.push(await outcome(verifier, token));
    expect(new Set(outcomes)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(server.requests).toBeLessThanOrEqual(2);
    expect(await outcome(verifier, await signToken(key))).toBe('valid');
  });

  it.each<[string, (server: KeyServer) => void]>([
    ['fails', ({ keys }) => void (keys.length = 0)],
    ['responds 500', (keyServer) => void (keyServer.fault = (response) => response.writeHead(500).end('{"keys":[]}'))],
    ['redirects', (keyServer) => void (keyServer.fault = (response) => response.writeHead(302, { location: keyServer.url }).end())],
    ['breaks off', (keyServer) => void (keyServer.fault = (response) => response.destroy())],
    ['sends no JSON', (keyServer) => void (keyServer.fault = (response) => response.end('<html>'))],
    ['sends no key set', (keyServer) => void (keyServer.fault = (response) => response.end('{"keys":7}'))],
    ['sends without end', (keyServer) => void (keyServer.fault = (response) => response.end(Buffer.alloc(2_000_000, ' ')))],
  ])('that are known stay usable if their server %s', async (description, damage) => {
    const verifier = createVerifier();
    expect(await outcome(verifier, await signToken(key))).toBe('valid');
    if (description !== 'fails') damage(server);
    else await server.close();
    const { now: clock } = performance;
    jest.spyOn(performance, 'now').mockImplementation(() => clock.call(performance) + 3_600_000);
    expect(await outcome(verifier, await signToken(key, { sub: 'bob' }))).toBe('valid');
    expect(await outcome(verifier, await signToken(key, {}, { kid: 'unknown' }))).toBe('UNAUTHENTICATED');
    expect(await outcome(verifier, await signToken(key, { sub: 'cid' }))).toBe('valid');
    if (description === 'fails') server = await serveKeys();
  });

  it('that could not be loaded yet make tokens UNAVAILABLE, not invalid, and are loaded later', async () => {
    server.fault = (response) => response.writeHead(503).end();
    const verifier = createVerifier();
    for (let attempt = 0; attempt < 5; attempt++) expect(await outcome(verifier, await signToken(key))).toBe('UNAVAILABLE');
    expect(server.requests).toBe(1);
    server.fault = null;
    const { now: clock } = performance;
    jest.spyOn(performance, 'now').mockImplementation(() => clock.call(performance) + 5000);
    expect(await outcome(verifier, await signToken(key))).toBe('valid');
  });

  it('with equal ids, or without ids, are all tried', async () => {
    const kinds = ['ES256', 'ES256', 'ES384', 'EdDSA', 'RS256', 'RS256'];
    const pairs = await Promise.all(kinds.map((alg) => createKeyPair(alg, 'same')));
    const anonymous = await Promise.all(['ES256', 'ES256'].map((alg) => createKeyPair(alg, undefined)));
    server.keys = [...pairs, ...anonymous].map(({ publicJwk }) => publicJwk);
    const verifier = createVerifier();
    for (const pair of [...pairs, ...anonymous]) expect(await outcome(verifier, await signToken(pair))).toBe('valid');
    expect(await outcome(verifier, await signToken(await createKeyPair('ES256', 'same')))).toBe('UNAUTHENTICATED');
  });

  it('that are not valid, too short, private or secret verify no token, and do not disturb others', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const shortJwk = { ...short.publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' } as JWK;
    const secret = { kty: 'oct', kid: 'secret', k: Buffer.alloc(32, 'k').toString('base64url') };
    const pair = await createKeyPair('ES256', 'private');
    const bad = { kty: 'EC', crv: 'P-256', kid: 'bad', x: 'AA', y: 'AA' };
    server.keys = [shortJwk, secret, bad, { kty: 'unknown', kid: 'strange' }, key.publicJwk];
    const verifier = createVerifier();
    const claims = Buffer.from(JSON.stringify({ iss: ISSUER, aud: AUDIENCE, exp: now + 60 })).toString('base64url');
    const forged = ['RS256:short', 'HS256:secret', 'ES256:bad', 'ES256:strange', 'RS256:bad'].map((text) => {
      const [alg, kid] = text.split(':');
      return `${Buffer.from(JSON.stringify({ alg, kid })).toString('base64url')}.${claims}.${'A'.repeat(86)}`;
    });
    for (const token of [...forged, await signToken(pair)]) expect(await outcome(verifier, token)).toBe('UNAUTHENTICATED');
    expect(await outcome(verifier, await signToken(key))).toBe('valid');
  });
});
