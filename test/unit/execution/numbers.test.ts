import { parseJson, stringifyJson } from '../../../gateway/json.js';
import { serveSubgraphs, type ServedSubgraphs } from '../../kit/federation.js';
import { openGateway, type OpenGateway } from '../../kit/gateway.js';
import { begin, COMPLETE, runScripts, type Arrived } from '../subscriptions/subgraph.js';

const LEDGER = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    scalar Money
    input Range { from: Money max: Float to: [Money!] }
    type Query {
      account: Account accounts: [Account!]
      pay(amount: Money amounts: [Money] at: [[Money]] range: Range ratio: Float count: Int id: ID): Money
    }
    type Mutation { deposit(amount: Money!): Money }
    type Subscription { balance: Money }
    type Account @key(fields: "number") { number: Money! int: Int float: Float id: ID money: Money text: String list: [Float!] }`,
};
const AUDIT = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    scalar Money
    type Account @key(fields: "number") { number: Money! audited: Money }`,
};

/** Responds with JSON texts as they are. */
let script: (arrived: Arrived) => void;
let bodies: string[];
let things: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  things = await runScripts((arrived) => {
    bodies.push(arrived.body);
    script(arrived);
  });
  served = await serveSubgraphs({ ledger: { ...LEDGER, url: things.url }, audit: { ...AUDIT, url: `${things.url}/audit` } });
  gateway = await openGateway(served.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await things.close();
});
beforeEach(() => (bodies = []));

const responding =
  (...texts: string[]) =>
  ({ response }: Arrived) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(texts.shift());
/** Sends a body as it is and returns the text of the response. */
async function post(query: string, variables = '{}', accept = 'application/graphql-response+json'): Promise<[number, string]> {
  const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
  const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body });
  return [response.status, await response.text()];
}
const DIGITS = ['9007199254740993', '-123456789012345678901', '3.50', '0.1000000000000000055', '2e400', '-0', '1E2'];

describe("a number in a subgraph's response", () => {
  it.each(DIGITS)('keeps its digits in a custom scalar: %s', async (digits) => {
    script = responding(`{"data":{"account":{"money":${digits},"text":":${digits},"}}}`);
    expect(await post('{ account { money text } }')).toEqual([200, `{"data":{"account":{"money":${digits},"text":":${digits},"}}}`]);
    script = responding(`{ "data": { "account": { "money": { "__proto__": [ ${digits} ] } } } }`);
    expect((await post('{ account { money } }'))[1]).toBe(`{"data":{"account":{"money":{"__proto__":[${digits}]}}}}`);
  });

  it.each([
    ['float', '2.50', '2.50'],
    ['float', '1e300', '1e300'],
    ['int', '7.0', '7'],
    ['int', '2e3', '2000'],
    ['id', '98765432109876543210', '98765432109876543210'],
    ['id', '12.0', '12'],
  ])('of a built-in scalar is written as its type allows: %s %s', async (field, digits, written) => {
    script = responding(`{"data":{"account":{"${field}":${digits}}}}`);
    expect(await post(`{ account { ${field} } }`)).toEqual([200, `{"data":{"account":{"${field}":${written}}}}`]);
  });

  it.each([
    ['float', '3e400'],
    ['float', '-1e309'],
    ['int', '5e-1'],
    ['int', '3000000000.0'],
    ['int', '99999999999999999999'],
    ['id', '1e999'],
    ['text', '1.0'],
  ])('is null with an error if its type does not allow it: %s %s', async (field, digits) => {
    script = responding(`{"data":{"account":{"${field}":${digits},"money":1}}}`);
    const [status, text] = await post(`{ account { money ${field} } }`);
    expect([status, text]).toEqual([200, expect.stringContaining(`"data":{"account":{"money":1,"${field}":null}}`)]);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ path: ['account', field], extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
  });

  it('in the place of an object or a list is an error', async () => {
    script = responding('{"data":{"account":1.0,"accounts":2.0}}');
    expect((await post('{ account { money } accounts { money } }'))[1]).toContain('"data":{"account":null,"accounts":null}');
    script = responding('{"data":4.0}');
    expect((await post('{ account { money } }'))[1]).toContain('UNAVAILABLE');
  });

  it.each(DIGITS.slice(0, 4))('keeps its digits in a representation and in the field of a list: %s', async (digits) => {
    script = ({ body, response }) => {
      const isAudit = body.includes('_entities');
      const account = `{"__typename":"Account","number":${digits}}`;
      const data = isAudit ? `{"_entities":[{"audited":${digits}}]}` : `{"accounts":[${account},${account}]}`;
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":${data}}`);
    };
    const entity = `{"number":${digits},"audited":${digits}}`;
    expect((await post('{ accounts { number audited } }'))[1]).toBe(`{"data":{"accounts":[${entity},${entity}]}}`);
    expect(bodies[1]).toContain(`"representations":[{"__typename":"Account","number":${digits}}]`);
  });

  it.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])('keeps its digits in events as %s', async (accept) => {
    script = ({ response }) => void begin(response).end(`event: next\ndata: {"data":{"balance":77777777777777777777.10}}\n\n${COMPLETE}`);
    expect((await post('subscription { balance }', '{}', accept))[1]).toContain('{"data":{"balance":77777777777777777777.10}}');
  });
});

describe("a number in a client's variables", () => {
  const PAY = `query ($amount: Money, $ratio: Float, $count: Int, $id: ID, $range: Range) {
    pay(amount: $amount, ratio: $ratio, count: $count, id: $id, range: $range)
  }`;

  it('is sent with its digits, and as an integer for an Int or ID', async () => {
    script = responding('{"data":{"pay":null}}');
    const range = '{"from":{"a":[31415926535897932384]},"max":1.50,"to":[0.00]}';
    await post(PAY, `{"amount":12.30,"ratio":1.0,"count":4.0,"id":11111111111111111111,"range":${range}}`);
    expect(bodies[0]).toContain(`"amount":12.30`);
    expect(bodies[0]).toContain(`"ratio":1.0`);
    expect(bodies[0]).toMatch(/"count":4[,}]/);
    expect(bodies[0]).toContain(`"id":11111111111111111111`);
    expect(bodies[0]).toContain(`"range":${range}`);
  });

  it('is sent with its digits by GET', async () => {
    script = responding('{"data":{"pay":null}}');
    const search = new URLSearchParams({ query: PAY, variables: '{"amount":20.00}' });
    expect((await fetch(`${gateway.url}?${search}`)).status).toBe(200);
    expect(bodies[0]).toContain('"variables":{"amount":20.00}');
  });

  it.each(['{"amount":1e999}', '{"ratio":-1e310}', '{"count":1e20}', '{"range":{"to":[1,9e400]}}', '{"id":1e400}'])(
    'is refused if its type does not allow it: %s',
    async (variables) => {
      const [status, text] = await post(PAY, variables);
      expect([status, text]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
      expect(bodies).toEqual([]);
    },
  );
});

describe('a number in a document', () => {
  const sent = () => parseJson(bodies[0]!) as { query: string; variables: Record<string, unknown> };

  it.each(DIGITS.filter((digits) => digits !== '2e400'))('keeps its digits: %s', async (digits) => {
    script = responding('{"data":{"pay":null}}');
    await post(`{ pay(amount: ${digits}, ratio: 0.5) }`);
    const { query, variables } = sent();
    expect(query).toMatch(/amount:\s*\$literal_0/);
    expect(stringifyJson(variables)).toBe(`{"literal_0":${digits}}`);
  });

  it('keeps its digits in lists, objects and defaults, beside variables of any name', async () => {
    script = responding('{"data":{"pay":null}}');
    const query = `query ($literal_0: Money = {a: [5.00], b: "x"}, $b: Money) {
      pay(amount: $literal_0, amounts: [1, 2.0, $b], at: 3.0, range: {from: {a: 4.0, b: $b, c: 2.0}, max: 6.0, to: 10000000000000000001})
    }`;
    expect(await post(query, '{"b":8.0}')).toEqual([200, '{"data":{"pay":null}}']);
    expect(Object.values(sent().variables).map(stringifyJson).sort()).toEqual(
      ['10000000000000000001', '2.0', '3.0', '4.0', '8.0', '{"a":[5.00],"b":"x"}'].sort(),
    );
  });

  it('keeps its digits in a mutation, twice', async () => {
    script = responding('{"data":{"deposit":1.10}}', '{"data":{"deposit":1.10}}');
    for (let times = 0; times < 2; times++) expect((await post('mutation { deposit(amount: 1.10) }'))[1]).toBe('{"data":{"deposit":1.10}}');
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toContain('"literal_0":1.10');
  });

  it.each(['amount: 1e999', 'ratio: -4e500', 'range: {max: 1e309}', 'amounts: [{a: 1e400}]', `ratio: 1${'0'.repeat(400)}`])(
    'is refused if it is not finite: %.30s',
    async (argument) => {
      for (let times = 0; times < 2; times++) {
        const [status, text] = await post(`{ pay(${argument}) }`);
        expect([status, text]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
      }
      const [status, text] = await post(`query ($a: Money = 1e999) { pay(amount: $a) }`);
      expect([status, text]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
      expect(bodies).toEqual([]);
    },
  );
});
