import { headerRules } from '../../../gateway/headers/header-rules.js';
import { HeaderPolicy } from '../../../gateway/headers/header-policy.js';
import type { Claims } from '../../../gateway/identity/claims.js';

interface Settings {
  headers?: Record<string, string>;
  claims?: Claims | null;
  subgraph?: string;
}

/** Returns what the rules make of a client's headers, and the names whose values were refused. */
function apply(rules: object, { headers = {}, claims = null, subgraph = 'products' }: Settings = {}) {
  const invalid: string[] = [];
  const policy = new HeaderPolicy({
    rules: headerRules.parse(rules),
    onInvalidValue: (name) => void invalid.push(name),
    onIncompleteResponse: () => undefined,
  });
  const request = policy.forRequest(headers, claims);
  return { request, invalid, added: request?.headersFor(subgraph), fields: { ...request?.headersFor(subgraph).fields } };
}
const fieldsOf = (request: object[], settings: Settings) => apply({ all: { request } }, settings).fields;

describe('the header rules of requests', () => {
  const headers = { authorization: 'Bearer t', 'x-tenant': 'acme', 'x-tenant-id': '7', cookie: 'a=1', 'x-empty': '' };

  it.each<[string, object[], Record<string, string>]>([
    ['propagate by name in any case', [{ propagate: { named: 'X-Tenant' } }], { 'x-tenant': 'acme' }],
    ['propagate several names', [{ propagate: { named: ['Cookie', 'authorization'] } }], { cookie: 'a=1', authorization: 'Bearer t' }],
    ['propagate by pattern in any case', [{ propagate: { matching: '^X-T.*' } }], { 'x-tenant': 'acme', 'x-tenant-id': '7' }],
    ['propagate without exceptions', [{ propagate: { matching: '^x-', exclude: ['-id$', 'empty'] } }], { 'x-tenant': 'acme' }],
    ['propagate an empty value', [{ propagate: { named: 'x-empty', default: 'none' } }], { 'x-empty': '' }],
    ['rename', [{ propagate: { named: 'x-tenant', rename: 'X-Org' } }], { 'x-org': 'acme' }],
    ['set a default', [{ propagate: { named: 'x-lang', rename: 'x-language', default: 'en' } }], { 'x-language': 'en' }],
    ['insert', [{ insert: { name: 'X-Gateway', value: 'ours' } }], { 'x-gateway': 'ours' }],
    [
      'insert over what was propagated',
      [{ propagate: { named: 'x-tenant' } }, { insert: { name: 'x-tenant', value: '1' } }],
      { 'x-tenant': '1' },
    ],
    [
      'remove what was propagated',
      [{ propagate: { matching: '.*' } }, { remove: { matching: '^(x-|cookie)' } }],
      { authorization: 'Bearer t' },
    ],
    ['propagate again after a removal', [{ remove: { named: 'cookie' } }, { propagate: { named: 'cookie' } }], { cookie: 'a=1' }],
  ])('%s', (_, rules, expected) => expect(fieldsOf(rules, { headers })).toEqual(expected));

  it('apply to one subgraph after those for all', () => {
    const rules = {
      all: { request: [{ propagate: { named: ['cookie', 'x-tenant'] } }] },
      subgraphs: { partner: { request: [{ remove: { named: 'cookie' } }, { insert: { name: 'x-tenant', value: 'shared' } }] } },
    };
    expect(apply(rules, { headers, subgraph: 'products' }).fields).toEqual({ cookie: 'a=1', 'x-tenant': 'acme' });
    expect(apply(rules, { headers, subgraph: 'partner' }).fields).toEqual({ 'x-tenant': 'shared' });
    expect(apply(rules, { headers, subgraph: 'constructor' }).fields).toEqual({ cookie: 'a=1', 'x-tenant': 'acme' });
  });

  it('never propagate a header of the connection, of the body, or one by which subgraphs trust the gateway', () => {
    const forged = {
      connection: 'keep-alive, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      te: 'trailers',
      trailer: 'x',
      upgrade: 'h2c',
      'http2-settings': 'x',
      'proxy-authorization': 'Basic x',
      'proxy-connection': 'keep-alive',
      'transfer-encoding': 'chunked',
      'content-length': '7',
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
      host: 'gateway',
      expect: '100-continue',
      accept: '*/*',
      'accept-encoding': 'br',
      'if-none-match': '*',
      'last-event-id': '5',
      'x-viewer': 'forged',
      'x-viewer-signature': 'forged',
    };
    const all = [{ propagate: { matching: '.*' } }, { propagate: { named: 'x-hop', default: 'none' } }];
    expect(fieldsOf(all, { headers: { ...forged, 'x-tenant': 'acme' } })).toEqual({ 'x-tenant': 'acme', 'x-hop': 'none' });
  });

  it('propagate names that objects inherit', () => {
    const own = JSON.parse('{"__proto__": "a", "constructor": "b"}') as Record<string, string>;
    const { added } = apply(
      { all: { request: [{ propagate: { matching: '.*' } }, { propagate: { named: 'toString' } }] } },
      { headers: own },
    );
    expect(Object.entries(added!.fields)).toEqual(Object.entries(own));
  });

  it('insert claims of the token, and no header of the client in their place', () => {
    const request = [
      { propagate: { matching: '^x-' } },
      { insert: { name: 'x-user', claim: 'sub' } },
      { insert: { name: 'x-roles', claim: 'realm_access.roles' } },
      { insert: { name: 'x-org', claim: 'https://example.com/org' } },
    ];
    const claims = { sub: 'Zoë 日', realm_access: { roles: ['a', 'b'] }, 'https://example.com/org': 12 };
    const { fields } = apply({ all: { request } }, { headers: { 'x-user': 'forged', 'x-roles': 'root' }, claims });
    expect(Buffer.from(fields['x-user']!, 'latin1').toString()).toBe('Zoë 日');
    expect(fields).toMatchObject({ 'x-roles': '["a","b"]', 'x-org': '12' });
    expect(apply({ all: { request } }, { headers: { 'x-user': 'forged', 'x-roles': 'root' } }).fields).toEqual({});
  });

  it.each([
    ['a line break', 'ann\r\nx-admin: 1'],
    ['a line feed', 'ann\nx-admin: 1'],
    ['a null character', 'ann\0'],
    ['5,000 characters', 'a'.repeat(5000)],
  ])('leave out a claim with %s', (_, sub) => {
    const { fields, invalid } = apply({ all: { request: [{ insert: { name: 'x-user', claim: 'sub' } }] } }, { claims: { sub } });
    expect(fields).toEqual({});
    expect(invalid).toEqual(['x-user']);
  });
});

describe('the sharing key of a request', () => {
  const rules = { all: { request: [{ propagate: { named: ['cookie', 'x-tenant'] } }] } };
  const keyOf = (headers: Record<string, string>, of: object = rules) => apply(of, { headers }).added?.sharingKey;

  it('differs with each header that the subgraph gets, and with no other', () => {
    expect(keyOf({ cookie: 'a=1', accept: 'x' })).toBe(keyOf({ cookie: 'a=1', accept: 'y', traceparent: '00-1' }));
    const clients: Record<string, string>[] = [
      {},
      { cookie: 'a=1' },
      { cookie: 'a=2' },
      { 'x-tenant': 'a=1' },
      { cookie: '"],["x-tenant","a' },
      { cookie: 'a', 'x-tenant': 'a' },
    ];
    expect(new Set(clients.map((headers) => keyOf(headers))).size).toBe(clients.length);
  });

  it('is null if a cookie of the response is returned, which belongs to one client', () => {
    const returning = (response: object[]) => ({ all: { ...rules.all, response } });
    expect(keyOf({}, returning([{ propagate: { named: 'set-cookie' } }]))).toBeNull();
    expect(keyOf({}, returning([{ propagate: { matching: '.*' } }]))).toBeNull();
    expect(keyOf({}, returning([{ propagate: { matching: '.*' } }, { remove: { named: 'Set-Cookie' } }]))).toBe('');
  });
});

it('does nothing for a request without headers to propagate', () => {
  expect(apply({}, { headers: { cookie: 'a=1' } }).request).toBeUndefined();
  expect(apply({}, { headers: { traceparent: '00-1', tracestate: 'a=b' } }).fields).toEqual({ traceparent: '00-1', tracestate: 'a=b' });
});

describe('header rules that are not valid', () => {
  const problemsOf = (rules: object) =>
    headerRules.safeParse(rules).error!.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  it('are reported all at once, each with its path', () => {
    const request = [
      { propagate: { named: 'content-length' } },
      { propagate: { named: 'a b' } },
      { propagate: { matching: '(' } },
      { propagate: {} },
      { propagate: { named: ['a', 'b'], rename: 'c' } },
      { propagate: { matching: 'a', default: 'x' } },
      { propagate: { named: 'a', rename: 'X-Viewer' } },
      { insert: { name: 'x-viewer-signature', value: 'x' } },
      { insert: { name: 'a', value: 'x\r\ny: z' } },
      { insert: { name: 'a' } },
      { insert: { name: 'a', value: 'b', claim: 'c' } },
      { remove: {} },
      { propagate: { named: 'a' }, remove: { named: 'a' } },
      {},
      { forward: { named: 'a' } },
    ];
    const problems = problemsOf({ all: { request } });
    expect([...new Set(problems.map((problem) => /request\.(\d+)/.exec(problem)?.[1]))]).toEqual(request.map((_, index) => String(index)));
  });

  it.each([
    ['a header of the connection', [{ propagate: { named: 'Transfer-Encoding' } }]],
    ['a header of CORS', [{ insert: { name: 'access-control-allow-origin', value: '*' } }]],
    ['the request id of the gateway', [{ propagate: { named: 'x-trace', rename: 'X-Request-Id' } }]],
    ['the first of all cookies', [{ propagate: { named: 'set-cookie', algorithm: 'first' } }]],
    ['the last cache policy', [{ propagate: { named: ['etag2', 'cache-control'], algorithm: 'last' } }]],
    ['an unknown algorithm', [{ propagate: { named: 'a', algorithm: 'merge' } }]],
    ['a claim', [{ insert: { name: 'a', claim: 'sub' } }]],
  ])('name %s in a response', (_, response) => expect(problemsOf({ subgraphs: { products: { response } } })).not.toEqual([]));

  it('are unknown sections', () => {
    expect(problemsOf({ al: {}, all: { requests: [] } }).join()).toMatch(/al.*requests|requests.*al/s);
  });
});
