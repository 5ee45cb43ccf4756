import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrustedDocumentsMode } from '../../gateway/documents/request-documents.js';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';

const FARM = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize", "@authenticated"])
    type Query { farm: Farm animals(first: Int): [Animal!]! @listSize(slicingArguments: ["first"]) secret: Int @authenticated }
    type Mutation { feed: Int }
    type Subscription { born: Animal }
    type Farm { name: String }
    type Animal { name: String }`,
  resolvers: {
    Query: { farm: () => ({ name: 'north' }), animals: () => [{ name: 'ox' }], secret: () => 1 },
    Mutation: { feed: () => 2 },
    Subscription: {
      born: {
        subscribe: async function* () {
          yield { born: { name: 'calf' } };
        },
      },
    },
  },
};

const FARM_QUERY = 'query Farm {\n  farm {\n    name\n  }\n}';
const ANIMALS = 'query Animals($first: Int) { animals(first: $first) { ...Named } } fragment Named on Animal { name }';
const BORN = `subscription Born { born { ${Array.from({ length: 2000 }, (_, index) => `a${index}: name`).join(' ')} } }`;
const WIDE = `query Wide { ${Array.from({ length: 41 }, (_, index) => `f${index}: farm { name }`).join(' ')} }`;
const hash = (text: string, algorithm = 'sha256') => createHash(algorithm).update(text).digest('hex');
const operation = (name: string, body: string, type = 'query', id = hash(body)) => ({ id, name, type, body });
const apollo = (...operations: object[]) => JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const MANIFEST = apollo(
  operation('Farm', FARM_QUERY),
  operation('Animals', ANIMALS, 'query', 'animals-v2'),
  operation('Born', BORN, 'subscription'),
  operation('Wide', WIDE),
  operation('Feed', 'mutation Feed { feed }', 'mutation'),
  operation('Secret', 'query Secret { secret }'),
);

let served: ServedSubgraphs;
const folder = mkdtempSync(join(tmpdir(), 'trusted-'));
const gateways: OpenGateway[] = [];
let files = 0;
beforeAll(async () => (served = await serveSubgraphs({ farm: FARM })));
afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
  await served.close();
  rmSync(folder, { recursive: true });
});

async function start(manifest: string, mode: TrustedDocumentsMode) {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, manifest);
  const gateway = await openGateway(served.supergraph, { trustedDocuments: { file, mode }, isProduction: false });
  gateways.push(gateway);
  const replace = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  return { gateway, replace };
}

async function post({ url }: OpenGateway, body: object, accept = 'application/json') {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { data, errors } = (text.startsWith('{') ? JSON.parse(text) : {}) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, data, text, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
}

const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('TRUSTED_DOCUMENTS=only', () => {
  let gateway: OpenGateway;
  beforeAll(async () => ({ gateway } = await start(MANIFEST, 'only')));

  it('executes a trusted document by its id in every form, and by its text', async () => {
    const data = { farm: { name: 'north' } };
    const id = hash(FARM_QUERY);
    for (const body of [
      persisted(id),
      persisted(id.toUpperCase()),
      { documentId: `sha256:${id}` },
      { documentId: id },
      { doc_id: id },
      { query: FARM_QUERY },
    ])
      expect(await post(gateway, body)).toMatchObject({ status: 200, data });
    expect(await post(gateway, { query: FARM_QUERY, ...persisted(id), operationName: 'Farm' })).toMatchObject({ data });
    const byGet = await fetch(`${gateway.url}?documentId=${id}`);
    expect(await byGet.json()).toEqual({ data });
  });

  it('executes a document with an id that is no hash, by that id and by its hash, with variables', async () => {
    for (const body of [persisted('animals-v2'), { documentId: 'animals-v2' }, { doc_id: 'animals-v2' }, persisted(hash(ANIMALS))])
      expect(await post(gateway, { ...body, variables: { first: 3 } })).toMatchObject({ data: { animals: [{ name: 'ox' }] } });
  });

  it('takes a text that differs in white space, comments and the order of definitions for the trusted one', async () => {
    const query = 'fragment Named on Animal {\n name, }\n# shown first\nquery Animals ( $first :Int ) {animals(first:$first){...Named}}';
    expect(await post(gateway, { query, variables: { first: 2 } })).toMatchObject({ data: { animals: [{ name: 'ox' }] } });
  });

  it.each([
    ['another document', '{ farm { name } }'],
    ['a trusted document with one more field', FARM_QUERY.replace('name', 'name __typename')],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a mutation', 'mutation { feed }'],
    ['a subscription', 'subscription { born { name } }'],
    ['a text that does not parse', '{ farm'],
  ])('refuses %s and says what to do', async (_, query) => {
    expect(await post(gateway, { query })).toMatchObject({
      status: 403,
      code: 'QUERY_NOT_IN_SAFELIST',
      message: expect.stringMatching(
        /Add it to TRUSTED_DOCUMENTS_FILE\. For introspection and the explorer .* TRUSTED_DOCUMENTS=log or off\.$/,
      ),
    });
    expect(await post(gateway, { query, ...persisted(hash(query)) })).toMatchObject({ code: 'QUERY_NOT_IN_SAFELIST' });
    for (const body of [persisted(hash(query)), { documentId: 'farm' }, { doc_id: '1' }])
      expect(await post(gateway, body)).toMatchObject({ status: 404, code: 'PERSISTED_QUERY_NOT_IN_LIST' });
  });

  it('refuses a trusted id beside another document', async () => {
    for (const body of [persisted('animals-v2'), persisted(hash(ANIMALS)), { documentId: 'animals-v2' }])
      expect(await post(gateway, { ...body, query: FARM_QUERY })).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_HASH_MISMATCH' });
  });

  it('exempts trusted documents from the limits of size, and checks cost and authorization', async () => {
    const wide = await post(gateway, persisted(hash(WIDE)));
    expect(Object.keys(wide.data as object)).toHaveLength(41);
    expect(await post(gateway, { documentId: 'animals-v2', variables: { first: 5001 } })).toMatchObject({
      code: 'COST_ESTIMATED_TOO_EXPENSIVE',
    });
    expect(await post(gateway, persisted(hash('query Secret { secret }')))).toMatchObject({
      data: { secret: null },
      code: 'UNAUTHENTICATED',
    });
  });

  it('subscribes to a trusted document of more tokens than the limit', async () => {
    for (const body of [persisted(hash(BORN)), { query: BORN }]) {
      const { status, text } = await post(gateway, body, 'text/event-stream');
      expect([status, text]).toEqual([200, expect.stringContaining('"a1999":"calf"')]);
    }
  });
});

describe('TRUSTED_DOCUMENTS=log', () => {
  it('executes other documents and logs each once, without its strings', async () => {
    const { gateway } = await start(MANIFEST, 'log');
    const others = [
      '{ farm { name } }',
      'query New { farm { n: name @include(if: true) __typename } a: __type(name: "pass word") { name } }',
    ];
    for (const query of [...others, ...others, FARM_QUERY, ANIMALS])
      expect((await post(gateway, { query, variables: { first: 1 } })).data).toBeTruthy();
    expect(await post(gateway, persisted(hash(others[0]!)))).toMatchObject({ data: { farm: { name: 'north' } } });
    const lines = gateway.log.filter((line) => line.includes('not among the trusted'));
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!)).toMatchObject({ level: 40, sha256: hash(others[1]!), document: expect.stringContaining('query New {') });
    expect(lines[1]).not.toContain('pass word');
  });
});

it('reads the manifest of Relay, whose ids are MD5', async () => {
  const ids = { [hash(FARM_QUERY, 'md5')]: FARM_QUERY, [hash(ANIMALS, 'md5')]: ANIMALS };
  const { gateway } = await start(JSON.stringify(ids), 'off');
  for (const id of Object.keys(ids))
    expect(await post(gateway, { doc_id: id, variables: { first: 1 } })).toMatchObject({ status: 200, code: undefined });
  expect(await post(gateway, { query: '{ other: farm { name } }' })).toMatchObject({ data: { other: { name: 'north' } } });
  expect(gateway.log.join()).toContain('"documents":2,"planned":2,"msg":"trusted documents loaded"');
});

describe('a manifest with faults', () => {
  it('keeps the gateway from starting, and the error has all faults by name', async () => {
    const right = hash('query WrongHash { farm { name } }');
    const manifest = apollo(
      operation('Farm', FARM_QUERY),
      operation('Farm', FARM_QUERY),
      operation('WrongHash', 'query WrongHash { farm { name } }', 'query', 'ab'.repeat(32)),
      operation('Invalid', 'query Invalid { farm { weight } animal { name } }', 'query', 'invalid-1'),
      operation('Unclosed', 'query Unclosed {', 'query', 'unclosed-1'),
      operation('Renamed', 'query Old { farm { name } }', 'query', 'renamed-1'),
      { id: 7, name: 'NoBody' },
    );
    const refused = await start(manifest, 'only').catch((error: Error) => error.message);
    expect(refused).toBe(
      `The configuration has 8 problems:
  TRUSTED_DOCUMENTS_FILE: operation "Farm" (id ${hash(FARM_QUERY)}): another document has the same id. Every id must be unique
  TRUSTED_DOCUMENTS_FILE: operation "WrongHash" (id ${'ab'.repeat(32)}): the id is not the SHA-256 of the document, which is ${right}
  TRUSTED_DOCUMENTS_FILE: operation "Unclosed" (id unclosed-1): Syntax Error: Expected Name, found <EOF>.
  TRUSTED_DOCUMENTS_FILE: operation "Renamed" (id renamed-1): the document has no operation of this name
  TRUSTED_DOCUMENTS_FILE: operation 7: id must be a text
  TRUSTED_DOCUMENTS_FILE: operation 7: body must be the text of a document
  TRUSTED_DOCUMENTS_FILE: operation "Invalid" (id invalid-1): Cannot query field "weight" on type "Farm".
  TRUSTED_DOCUMENTS_FILE: operation "Invalid" (id invalid-1): Cannot query field "animal" on type "Query". Did you mean "animals"?`,
    );
  });

  it.each([
    ['no JSON', '{', 'the file is not JSON'],
    ['another format', '{"format":"other","version":2}', 'format must be "apollo-persisted-query-manifest"; got "other"'],
    ['a list', '[]', 'the file is neither a manifest of Apollo nor one of Relay'],
    [
      'an id of Relay that is there twice',
      `{"a":"{ farm { name } }","a":"{ __typename }"}`,
      'document (id a): another document has the same id',
    ],
    ['a document without an operation', `{"b":"fragment F on Farm { name }"}`, 'document (id b): the document has no operation'],
  ])('names the fault of a file with %s', async (_, manifest, fault) => {
    await expect(start(manifest, 'log')).rejects.toThrow(fault);
  });

  it('is logged and not used if it replaces one without faults', async () => {
    const { gateway, replace } = await start(apollo(operation('Farm', FARM_QUERY)), 'only');
    replace(apollo(operation('Farm', 'query Farm { barn }')));
    await eventually(() => expect(gateway.log.join()).toContain('Cannot query field'));
    expect(await post(gateway, { query: FARM_QUERY })).toMatchObject({ data: { farm: { name: 'north' } } });
    replace(apollo(operation('Animals', ANIMALS)));
    await eventually(async () => expect(await post(gateway, { query: FARM_QUERY })).toMatchObject({ code: 'QUERY_NOT_IN_SAFELIST' }));
    expect(await post(gateway, { ...persisted(hash(ANIMALS)), variables: { first: 1 } })).toMatchObject({
      data: { animals: [{ name: 'ox' }] },
    });
  });
});

it('logs and refuses documents that are no longer valid for a new supergraph', async () => {
  const { gateway } = await start(MANIFEST, 'only');
  const without = await serveSubgraphs({
    farm: { ...FARM, typeDefs: FARM.typeDefs.replace('type Farm { name: String }', 'type Farm { title: String }'), resolvers: {} },
  });
  gateway.replaceSupergraph(without.supergraph);
  await eventually(() => expect(gateway.log.join()).toContain('new supergraph loaded'));
  expect(gateway.log.find((line) => line.includes('not valid for the new supergraph'))).toContain('operation \\"Farm\\"');
  expect(await post(gateway, persisted(hash(FARM_QUERY)))).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  await without.close();
});
