import { serveSubgraphs, type ServedSubgraphs } from '../../kit/federation.js';
import { openGateway, type OpenGateway } from '../../kit/gateway.js';
import { begin, COMPLETE, runScripts, type Arrived } from '../subscriptions/subgraph.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SHOP = {
  typeDefs: `${LINK} type Query { items: [Item!] crates: [Crate!] } type Subscription { sold: Item }
    type Item @key(fields: "id") { id: ID! } type Crate @key(fields: "id") { id: ID! }`,
};
const STOCK = {
  typeDefs: `${LINK} type Item @key(fields: "id") { id: ID! left: Int } type Crate @key(fields: "id") { id: ID! weight: Int }`,
};

let respond: (body: string) => object;
let things: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  things = await runScripts(({ body, response, headers }: Arrived) => {
    if (headers.accept === 'text/event-stream')
      return void begin(response).end(`event: next\ndata: ${JSON.stringify(respond(body))}\n\n${COMPLETE}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(respond(body)));
  });
  served = await serveSubgraphs({ shop: { ...SHOP, url: things.url }, stock: { ...STOCK, url: `${things.url}/stock` } });
  gateway = await openGateway(served.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await things.close();
});

const error = (path: unknown, code = 'NOT_FOUND') => ({ message: 'No.', path, extensions: { code } });
const ids = (typename: string) => ['1', '2'].map((id) => ({ __typename: typename, id }));
const LEFT = [{ left: 1 }, { left: 2 }];

describe('an error of an entity fetch', () => {
  it.each([
    [['_entities', 99]],
    [['_entities', -1, 'left']],
    [['_entities', '0', 'left']],
    [['_entities', 0.5]],
    [['_entities']],
    [['other']],
    [['other', 0, 'left']],
    [[7]],
    [[]],
    [null],
    ['_entities'],
    [[{}]],
  ])('is in the response if its path is that of no entity: %j', async (path) => {
    respond = (body) =>
      body.includes('_entities') ? { data: { _entities: LEFT }, errors: [error(path)] } : { data: { items: ids('Item') } };
    expect(await gateway.execute(null, '{ items { left } }')).toEqual({
      data: { items: LEFT },
      errors: [expect.objectContaining({ message: 'No.', extensions: { code: 'NOT_FOUND' } })],
    });
  });

  it('is in the response once if the request has several entity queries', async () => {
    respond = (body) =>
      body.includes('_entities')
        ? {
            data: { _0: LEFT, _1: [{ weight: 3 }, { weight: 4 }] },
            errors: [error(['_1', 5], 'CONFLICT'), error(['_2', 0], 'FORBIDDEN'), error(undefined, 'TIMEOUT'), error(['_0', 1, 'left'])],
          }
        : { data: { items: ids('Item'), crates: ids('Crate') } };
    const { data, errors } = (await gateway.execute(null, '{ items { left } crates { weight } }')) as {
      data: object;
      errors: { extensions: { code: string } }[];
    };
    expect(data).toEqual({ items: LEFT, crates: [{ weight: 3 }, { weight: 4 }] });
    expect(errors.map(({ extensions: { code } }) => code).sort()).toEqual(['CONFLICT', 'FORBIDDEN', 'NOT_FOUND', 'TIMEOUT']);
  });

  it('is the cause of missing entities, and other errors stay', async () => {
    respond = (body) =>
      body.includes('_entities') ? { data: null, errors: [error(['other']), error([], 'CONFLICT')] } : { data: { items: ids('Item') } };
    const { data, errors } = (await gateway.execute(null, '{ items { left } }')) as { data: object; errors: object[] };
    expect(data).toEqual({ items: [{ left: null }, { left: null }] });
    expect(errors).toEqual([
      expect.objectContaining({ extensions: { code: 'CONFLICT' } }),
      expect.objectContaining({ path: ['items', 0, 'left'], extensions: { code: 'NOT_FOUND' } }),
      expect.objectContaining({ path: ['items', 1, 'left'], extensions: { code: 'NOT_FOUND' } }),
    ]);
  });
});

describe('an error of root fields', () => {
  it.each([[['other', 0]], [[0]], [[]], ['items']])('is in the response if its path is that of no field: %j', async (path) => {
    respond = () => ({ data: { items: ids('Item') }, errors: [error(path)] });
    expect(await gateway.execute(null, '{ items { id } }')).toEqual({
      data: { items: [{ id: '1' }, { id: '2' }] },
      errors: [expect.objectContaining({ message: 'No.', extensions: { code: 'NOT_FOUND' } })],
    });
  });

  it.each([{}, { message: 5 }, 'no', null])('without a message does not lose the data: %j', async (broken) => {
    respond = () => ({ data: { items: ids('Item') }, errors: [broken] });
    const answer = (await gateway.execute(null, '{ items { id } }')) as { data: object; errors: object[] };
    expect(answer.data).toEqual({ items: [{ id: '1' }, { id: '2' }] });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });
});

describe('an error of an event', () => {
  it.each([[error(['other'])], [error([])], [error(['_entities', 0])], [{ path: ['sold'], extensions: { code: 'NOT_FOUND' } }]])(
    'is in the response: %j',
    async (failed) => {
      respond = (body) =>
        body.includes('_entities') ? { data: { _entities: [{ left: 1 }] } } : { data: { sold: ids('Item')[0] }, errors: [failed] };
      const events: unknown[] = [];
      for await (const event of gateway.subscribe(null, 'subscription { sold { left } }')) events.push(event);
      expect(events).toEqual([{ data: { sold: { left: 1 } }, errors: [expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })] }]);
    },
  );
});
