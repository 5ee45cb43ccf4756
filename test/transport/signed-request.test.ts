import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import type { SubgraphAddress } from '../../gateway/config.js';
import { signedRequest } from '../../gateway/transport/signed-request.js';
import { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { Authenticator } from '../../gateway/identity/authenticator.js';
import { fetchSubgraphSchemas } from '../../gateway/supergraph/subgraph-schemas.js';
import { SIGNATURE_HEADER, CLAIMS_HEADER, RequestVerifier } from '../../subgraphs/shared/viewer/signature.js';
import { aMember } from '../kit/viewers.js';

const TIMEOUT_MS = 1000;
const key = { id: 'test', secret: randomBytes(32) };
const viewer = aMember();

let server: Server;
let address: SubgraphAddress;
/** The path of each request with the viewer of its signature; null if the signature is not valid. */
let seen: (readonly [string, unknown])[];
/** The times that the signed requests state, in milliseconds. */
let times: number[];
/** The status codes of the next responses to requests with a valid signature; 200 after the last one. */
let statuses: number[];
let bodies: Record<string, unknown>;

beforeEach(async () => {
  [seen, times, statuses, bodies] = [[], [], [], {}];
  const verifier = new RequestVerifier('serving', [key]);
  server = createServer(async (request, response) => {
    const { [CLAIMS_HEADER]: statement, [SIGNATURE_HEADER]: signature } = request.headers;
    const signed = verifier.verify(statement, signature, await text(request));
    seen.push([request.url!, signed && signed.viewer]);
    if (signed?.timeoutMs !== undefined) times.push(signed.timeoutMs);
    response.writeHead(signed ? (statuses.shift() ?? 200) : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(bodies[request.url!] ?? { message: 'nothing here' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = { name: 'serving', key, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

it('a signed request is accepted at every attempt, although each signature is accepted once', async () => {
  bodies['/graphql'] = { data: {} };
  statuses = [503, 502];
  const client = new SubgraphClient({ name: address.name, url: address.url, timeoutMs: TIMEOUT_MS });
  const request = signedRequest(address, { requestId: 'r', viewer }, { query: '{ me { id } }' }, { isRepeatable: true });
  expect(await client.post(request)).toBe('{"data":{}}');
  expect(seen).toEqual(Array(3).fill(['/graphql', viewer]));
  await client.close();
});

it('a signed request states the time that is left of its deadline at each attempt', async () => {
  bodies['/graphql'] = { data: {} };
  statuses = [503, 503];
  const client = new SubgraphClient({ name: address.name, url: address.url, timeoutMs: TIMEOUT_MS });
  await client.post(signedRequest(address, { requestId: 'r', viewer }, { query: '{ me { id } }' }, { isRepeatable: true }));
  expect(times).toHaveLength(3);
  expect(times[0]).toBeLessThanOrEqual(TIMEOUT_MS);
  expect(times[1]).toBeLessThan(times[0]!);
  expect(times[2]).toBeLessThan(times[1]!);
  await client.close();
});

it('the schemas of running subgraphs are requested without a viewer', async () => {
  bodies['/graphql'] = { data: { _service: { sdl: 'type Query { a: Int }' } } };
  const read = await fetchSubgraphSchemas([address], TIMEOUT_MS);
  expect(read).toEqual([{ name: 'serving', url: address.url, sdl: 'type Query { a: Int }' }]);
  expect(seen).toEqual([['/graphql', null]]);
});

describe('identity', () => {
  const ask = async () => {
    const identity = new Authenticator(address, TIMEOUT_MS, pino({ level: 'silent' }));
    try {
      return await identity.authenticate({ kind: 'apiKey', token: 'k' }, 'r');
    } finally {
      await identity.close();
    }
  };

  it('requests the viewer of an API key from the serving subgraph', async () => {
    bodies['/identity/api-key'] = { viewer };
    expect(await ask()).toEqual(viewer);
    bodies['/identity/api-key'] = { viewer: null };
    await expect(ask()).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    expect(seen).toEqual(Array(2).fill(['/identity/api-key', null]));
  });

  it.each([401, 404, 501])(
    'is UNAVAILABLE, not UNAUTHENTICATED, if the subgraph responds with %i and an unexpected body',
    async (status) => {
      statuses = [status];
      await expect(ask()).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    },
  );
});
