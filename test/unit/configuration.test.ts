import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readGatewayConfig } from '../../gateway/config.js';
import { DEFAULT_LIMITS, DEFAULT_LIMITS_WITHOUT_AUTHENTICATION } from '../../gateway/guards/limits.js';
import { readDatasetsConfig } from '../../subgraphs/datasets/config.js';
import { readServingConfig } from '../../subgraphs/serving/config.js';
import { withDevelopmentSecrets } from '../../subgraphs/shared/configuration/development-secrets.js';
import { ConfigurationError } from '../../subgraphs/shared/configuration/environment.js';
import { SUBGRAPHS, viewerKeysVariable } from '../../subgraphs/shared/configuration/registry.js';
import { readSubgraphConfig } from '../../subgraphs/shared/server/config.js';

const key = (id: string, bytes = 32) => `${id}:${randomBytes(bytes).toString('base64')}`;
const keys = Object.fromEntries(SUBGRAPHS.map((name) => [viewerKeysVariable(name), key('a')]));

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration of a subgraph', () => {
  it('has defaults for everything but its secret', () => {
    expect(readSubgraphConfig('chat', keys)).toMatchObject({
      host: '127.0.0.1',
      port: 4002,
      logLevel: 'info',
      database: { folder: '.data/chat' },
    });
    expect(readSubgraphConfig('chat', { ...keys, CHAT_DATABASE_URL: 'postgresql://db/chat', PORT: '4711' })).toMatchObject({
      port: 4711,
      database: { url: 'postgresql://db/chat' },
    });
  });

  it('has a publisher key of at least 16 characters, or none', () => {
    const subgraph = (key: string) => () => readSubgraphConfig('chat', { ...keys, SCHEMA_PUBLISHER_KEY: key });
    expect(subgraph('')().publisherKey).toBeUndefined();
    expect(subgraph('0123456789abcdef')().publisherKey).toBe('0123456789abcdef');
    expect(faultsOf(subgraph('short'))).toEqual(['SCHEMA_PUBLISHER_KEY: must have at least 16 characters']);
  });

  it('reports all errors at once, without secrets', () => {
    const secret = randomBytes(8).toString('base64');
    const faults = faultsOf(() =>
      readSubgraphConfig('chat', { PORT: 'x', LOG_LEVEL: 'loud', CHAT_DATABASE_URL: 'mysql://db', CHAT_VIEWER_KEYS: `a:${secret}` }),
    );
    expect(faults).toHaveLength(4);
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(['CHAT_DATABASE_URL', 'CHAT_VIEWER_KEYS', 'LOG_LEVEL', 'PORT']);
    expect(faults.join()).not.toContain(secret);
  });

  it('sets the files folder, the size limit, and the public URL', () => {
    expect(readDatasetsConfig({ ...keys, DATA_FOLDER: '/data' })).toMatchObject({
      port: 4001,
      filesFolder: '/data/datasets-files',
      maxUploadBytes: 52_428_800,
      publicUrl: null,
    });
    const set = { FILES_FOLDER: '/files', UPLOAD_MAX_BYTES: '1000', PUBLIC_URL: 'https://graph.example' };
    expect(readDatasetsConfig({ ...keys, ...set })).toMatchObject({
      filesFolder: '/files',
      maxUploadBytes: 1000,
      publicUrl: 'https://graph.example',
    });
    const faults = faultsOf(() => readDatasetsConfig({ PORT: 'x', UPLOAD_MAX_BYTES: 'many', PUBLIC_URL: 'graph.example' }));
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'DATASETS_VIEWER_KEYS',
      'PORT',
      'PUBLIC_URL',
      'SERVING_VIEWER_KEYS',
      'UPLOAD_MAX_BYTES',
    ]);
  });

  it('sets the addresses of datasets and serving, and reports an error of both once', () => {
    expect(readDatasetsConfig(keys).serving()).toMatchObject({ url: 'http://127.0.0.1:4004/graphql', key: { id: 'a' } });
    expect(readDatasetsConfig({ ...keys, SERVING_URL: 'https://serving.internal/graphql' }).serving()).toMatchObject({
      url: 'https://serving.internal/graphql',
    });
    const faults = faultsOf(() => readServingConfig({ DATASETS_URL: 'ftp://datasets', SERVING_VIEWER_KEYS: 'k' }));
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'API_KEY_PEPPER',
      'DATASETS_URL',
      'DATASETS_VIEWER_KEYS',
      'SERVING_VIEWER_KEYS',
      'SESSION_PRIVATE_KEY',
    ]);
  });

  it('accepts two keys during a rotation and refuses a third', () => {
    expect(readSubgraphConfig('chat', { CHAT_VIEWER_KEYS: `${key('new')},${key('old')}` }).viewerKeys.map(({ id }) => id)).toEqual([
      'new',
      'old',
    ]);
    expect(faultsOf(() => readSubgraphConfig('chat', { CHAT_VIEWER_KEYS: [key('a'), key('b'), key('c')].join() }))).toEqual([
      'CHAT_VIEWER_KEYS: must have at most two keys; got 3',
    ]);
  });
});

describe('the configuration of the gateway', () => {
  it('requires a key for each subgraph', () => {
    expect(faultsOf(() => readGatewayConfig({})).map((fault) => fault.split(':')[0])).toEqual(Object.keys(keys));
    expect(readGatewayConfig({ ...keys, CHAT_URL: 'https://chat.internal/graphql' }).subgraphs![1]).toMatchObject({
      name: 'chat',
      url: 'https://chat.internal/graphql',
    });
  });

  it('has a limit for each variable GATEWAY_MAX_...', () => {
    expect(readGatewayConfig(keys).limits).toEqual(DEFAULT_LIMITS);
    expect(readGatewayConfig({ ...keys, GATEWAY_MAX_COST: '700', GATEWAY_MAX_DEPTH: '4' }).limits).toEqual({
      ...DEFAULT_LIMITS,
      cost: 700,
      depth: 4,
    });
    const foreign = { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: 'supergraph.graphql', GATEWAY_ASSUMED_LIST_SIZE: '50' };
    expect(readGatewayConfig(foreign).limits).toEqual({ ...DEFAULT_LIMITS_WITHOUT_AUTHENTICATION, listSize: 50 });
    const off = { ...foreign, GATEWAY_MAX_REQUESTS_PER_MINUTE: 'off', GATEWAY_MAX_COST_PER_MINUTE: '0' };
    expect(readGatewayConfig(off).limits).toMatchObject({ requestsPerMinute: Infinity, costPerMinute: Infinity });
    expect(readGatewayConfig({ ...foreign, GATEWAY_MAX_ADDRESS_COST_PER_MINUTE: '70' }).limits.addressCostPerMinute).toBe(70);
    expect(faultsOf(() => readGatewayConfig({ ...keys, GATEWAY_MAX_TOKENS: 'many', GATEWAY_MAX_STREAMS: '0' }))).toEqual([
      'GATEWAY_MAX_TOKENS: must be an integer of at least 1 (tokens in a document)',
      'GATEWAY_MAX_STREAMS: must be an integer of at least 1 (open streams of one client)',
    ]);
    expect(faultsOf(() => readGatewayConfig({ ...keys, GATEWAY_MAX_COST_PER_MINUTE: 'none', GATEWAY_MAX_DEPTH: 'off' }))).toEqual([
      'GATEWAY_MAX_DEPTH: must be an integer of at least 1 (fields nested in one another)',
      'GATEWAY_MAX_COST_PER_MINUTE: must be an integer between 1 and 2147483647 (cost of the operations of one viewer), or off',
    ]);
  });

  it('reads the networks of trusted proxies and the URL of Redis', () => {
    expect(readGatewayConfig(keys)).toMatchObject({ trustedProxies: [], redisUrl: undefined });
    const { trustedProxies, redisUrl } = readGatewayConfig({
      ...keys,
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      REDIS_URL: 'redis://cache:6380/2',
    });
    expect(trustedProxies!.map(([network, bits]) => `${network.toString()}/${bits}`)).toEqual(['10.0.0.0/8', '::1/128']);
    expect(redisUrl).toBe('redis://cache:6380/2');
    expect(faultsOf(() => readGatewayConfig({ ...keys, TRUSTED_PROXIES: '10.0.0.0/8,proxy', REDIS_URL: 'http://cache' }))).toEqual([
      'TRUSTED_PROXIES: "proxy" must be an address or a network such as 10.0.0.0/8 or 2001:db8::/32',
      'REDIS_URL: must be a URL that begins with redis:// or rediss://',
    ]);
  });

  describe('in a file', () => {
    const foreign = { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: 'supergraph.graphql' };
    /** Reads a configuration with this file. */
    const read = (content: string, environment = {}) => {
      const file = `${mkdtempSync(`${tmpdir()}/configuration-`)}/gateway.yaml`;
      writeFileSync(file, content);
      return readGatewayConfig({ ...foreign, GATEWAY_CONFIG_FILE: file, ...environment });
    };

    it('has rules for headers and errors, in YAML or JSON, with variables of the environment', () => {
      const yaml = `
headers:
  all:
    request:
      - propagate: { named: Authorization }
      - insert: { name: X-Key, value: "\${env.PARTNER_KEY} \${env.NONE:-default}" }
errors:
  subgraphs: { products: passed }`;
      const { headerRules, subgraphErrors } = read(yaml, { PARTNER_KEY: 'secret' });
      const request = [{ propagate: { named: ['authorization'] } }, { insert: { name: 'x-key', value: 'secret default' } }];
      expect(headerRules).toEqual({ all: { request, response: [] }, subgraphs: {} });
      expect(subgraphErrors).toEqual({ all: 'masked', subgraphs: { products: 'passed' } });
      expect(read('{"errors": {"all": {"message": true}}}').subgraphErrors.all).toEqual({ message: true, extensions: [] });
      expect(read('').headerRules).toEqual(readGatewayConfig(foreign).headerRules);
    });

    it('reports all faults at once, those of the environment too', () => {
      const yaml = `
headers: { all: { request: [{ propagate: { named: host } }], responses: [] }, subgraphs: { a: { response: [{ insert: { name: a } }] } } }
errors: { all: "\${env.MODE}" }
limits: {}`;
      const faults = faultsOf(() => read(yaml, { PORT: 'x', GATEWAY_FORWARD_HEADERS: 'cookie,x y' }));
      expect(faults.map((fault) => fault.replace(/^GATEWAY_CONFIG_FILE: /, '').split(':')[0]).sort()).toEqual([
        'GATEWAY_FORWARD_HEADERS.1',
        'PORT',
        'Unrecognized key',
        'errors.all',
        'errors.all',
        'headers.all',
        'headers.all.request.0.propagate.named.0',
        'headers.subgraphs.a.response.0.insert.value',
      ]);
    });

    it.each([
      ['two equal keys', 'headers: {}\nheaders: {}', 'unique'],
      ['no YAML', 'headers: [', 'GATEWAY_CONFIG_FILE'],
      ['a list', '- headers', 'expected object'],
      ['claims without tokens', 'headers: { all: { request: [{ insert: { name: a, claim: sub } }] } }', 'GATEWAY_AUTH is jwt'],
    ])('must not have %s', (_, yaml, message) => expect(faultsOf(() => read(yaml)).join()).toContain(message));

    it('must exist', () => {
      expect(faultsOf(() => readGatewayConfig({ ...foreign, GATEWAY_CONFIG_FILE: '/none/gateway.yaml' })).join()).toContain(
        'cannot be read',
      );
    });

    it('has rules beside the list of headers that are forwarded to all subgraphs', () => {
      const yaml = 'headers: { all: { request: [{ remove: { named: cookie } }] }, subgraphs: {} }';
      expect(read(yaml, { GATEWAY_FORWARD_HEADERS: 'Authorization, Cookie' }).headerRules.all!.request).toEqual([
        { propagate: { named: ['authorization', 'cookie'] } },
        { remove: { named: ['cookie'] } },
      ]);
      expect(readGatewayConfig({ ...keys, GATEWAY_FORWARD_HEADERS: 'x-tenant' }).headerRules.all!.request).toHaveLength(1);
    });
  });

  it('has the verification of tokens for other graphs', () => {
    const foreign = { GATEWAY_AUTH: 'jwt', SUPERGRAPH_FILE: 'supergraph.graphql' };
    const { tokens, subgraphs } = readGatewayConfig({ ...foreign, JWKS_URL: 'https://issuer.example/keys', JWT_ISSUER: 'a, b' });
    expect(subgraphs).toBeNull();
    expect(tokens).toMatchObject({ keys: { url: 'https://issuer.example/keys' }, issuers: ['a', 'b'], audiences: null });
    expect(tokens).toMatchObject({ scopesClaims: ['scope', 'scp', 'scopes'], policiesClaim: 'policies' });
    const set = { JWKS_FILE: 'keys.json', JWT_ALGORITHMS: 'ES256,EdDSA', JWT_SCOPES_CLAIM: 'roles', JWT_POLICIES_CLAIM: 'p' };
    expect(readGatewayConfig({ ...foreign, ...set }).tokens).toMatchObject({
      keys: { file: 'keys.json' },
      algorithms: ['ES256', 'EdDSA'],
      scopesClaims: ['roles'],
      policiesClaim: 'p',
    });
    expect(readGatewayConfig(keys).tokens).toBeNull();
  });

  it.each([
    [{}, ['JWKS_URL']],
    [{ JWKS_URL: 'https://issuer.example/keys', JWKS_FILE: 'keys.json' }, ['JWKS_URL']],
    [{ JWKS_URL: 'file:///keys', JWT_ALGORITHMS: 'RS256,HS256' }, ['JWKS_URL', 'JWT_ALGORITHMS.1']],
    [{ JWKS_FILE: 'keys.json', JWT_ALGORITHMS: 'none', SUPERGRAPH_FILE: '' }, ['JWT_ALGORITHMS.0', 'SUPERGRAPH_FILE']],
  ])('names what is wrong with the verification of tokens: %j', (set, expected) => {
    const foreign = { GATEWAY_AUTH: 'jwt', SUPERGRAPH_FILE: 'supergraph.graphql' };
    expect(
      faultsOf(() => readGatewayConfig({ ...foreign, ...set }))
        .map((fault) => fault.split(':')[0])
        .sort(),
    ).toEqual(expected);
  });

  it('reports usage to Apollo Studio with a key and a graph', () => {
    expect(readGatewayConfig({ ...keys, APOLLO_GRAPH_REF: 'harbour@current' }).studio).toBeNull();
    const studio = { APOLLO_KEY: 'service:harbour:x', APOLLO_GRAPH_REF: 'harbour@spring-2027' };
    const defaults = { key: 'service:harbour:x', graphRef: 'harbour@spring-2027', traceShare: 1, reportIntervalMs: 10_000 };
    expect(readGatewayConfig({ ...keys, ...studio }).studio).toEqual(defaults);
    const settings = { APOLLO_TRACE_SHARE: '0.02', APOLLO_USAGE_REPORTING_ENDPOINT: 'https://reports.internal/' };
    expect(readGatewayConfig({ ...keys, ...studio, ...settings }).studio).toEqual({
      ...defaults,
      traceShare: 0.02,
      endpointUrl: 'https://reports.internal',
    });
    const faulty = { APOLLO_KEY: 'service:harbour:x', APOLLO_TRACE_SHARE: '2', PORT: 'x' };
    expect(faultsOf(() => readGatewayConfig({ ...keys, ...faulty }))).toEqual([
      'PORT: must be an integer between 0 and 65535 (port number)',
      'APOLLO_GRAPH_REF: is required if APOLLO_KEY is set: the graph and its variant, such as platform@current',
      'APOLLO_TRACE_SHARE: must be a number from 0 to 1',
    ]);
  });

  it('adds the origins of CORS_ORIGINS to that of Apollo Studio, which CORS_STUDIO removes', () => {
    const studio = 'https://studio.apollographql.com';
    expect(readGatewayConfig(keys).corsOrigins).toEqual([studio]);
    const more = { ...keys, CORS_ORIGINS: 'https://a.example, https://b.example,' };
    expect(readGatewayConfig(more).corsOrigins).toEqual([studio, 'https://a.example', 'https://b.example']);
    expect(readGatewayConfig({ ...more, CORS_STUDIO: 'off' }).corsOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(faultsOf(() => readGatewayConfig({ ...keys, CORS_STUDIO: 'no' }))).toEqual(['CORS_STUDIO: must be "on" or "off"']);
  });

  it('serves no explorer in production', () => {
    expect(readGatewayConfig({ ...keys, NODE_ENV: 'production' })).toMatchObject({ isProduction: true, explorer: null });
    expect(readGatewayConfig(keys)).toMatchObject({ isProduction: false, explorer: { operations: null } });
  });
});

describe('development secrets', () => {
  const folder = () => mkdtempSync(`${tmpdir()}/secrets-`);

  it('are created once, readable by their owner only, and overridden by the environment', () => {
    const data = folder();
    const first = withDevelopmentSecrets({}, data);
    expect(withDevelopmentSecrets({}, data)).toEqual(first);
    expect(readSubgraphConfig('datasets', first).viewerKeys).toHaveLength(1);
    expect(statSync(`${data}/secrets.json`).mode & 0o077).toBe(0);
    expect(withDevelopmentSecrets({ API_KEY_PEPPER: 'mine' }, data).API_KEY_PEPPER).toBe('mine');
    expect(readFileSync(`${data}/secrets.json`, 'utf8')).not.toContain('mine');
  });

  it('are refused in production', () => {
    expect(withDevelopmentSecrets({ NODE_ENV: 'production' }, folder())).toEqual({ NODE_ENV: 'production' });
  });
});
