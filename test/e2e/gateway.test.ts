import { sign } from '../../subgraphs/shared/viewer/signature.js';
import { graphql } from '../kit/documents/api.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { eventually } from '../kit/eventually.js';
import { runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
let organization: NewOrganization;
beforeAll(async () => {
  graph = await runGraph();
  organization = await graph.createOrganization();
});
afterAll(() => graph.close());

const post = (headers: Record<string, string>, body: string | object) =>
  fetch(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const me = { query: graphql('{ viewer { email } }') };
const code = async (response: Response) => ((await response.json()) as GraphQLResponse).errors?.[0]?.extensions.code;

const createKey = async (scopes: string[]): Promise<{ id: string; token: string }> => {
  const { data } = await graph.execute(
    organization.apiKeyToken,
    graphql(`
      mutation ($scopes: [ApiKeyScope!]!) {
        apiKeyCreate(input: { name: "key", scopes: $scopes }) {
          token
          apiKey {
            id
          }
          userErrors {
            message
          }
        }
      }
    `),
    { scopes },
  );
  return { id: data.apiKeyCreate.apiKey.id, token: data.apiKeyCreate.token };
};

/** An object that is nested this many times. */
const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });

describe('a credential', () => {
  it('is accepted as an API key in either header', async () => {
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${organization.apiKeyToken}` },
      { 'x-api-key': organization.apiKeyToken },
    ];
    for (const headers of ways) {
      expect(await (await post(headers, me)).json()).toEqual({ data: { viewer: { email: organization.email } } });
    }
  });

  it('is accepted as a session token, which sessionCreate returns to an anonymous viewer', async () => {
    const input = { organizationSlug: organization.slug, email: organization.email, password: organization.password };
    const { data } = await graph.execute(
      null,
      graphql(`
        mutation ($input: SessionCreateInput!) {
          sessionCreate(input: $input) {
            session {
              token
              user {
                email
              }
            }
            userErrors {
              message
            }
          }
        }
      `),
      { input },
    );
    const { token, user } = data.sessionCreate.session;
    expect(user.email).toBe(organization.email);
    expect((await graph.execute(token, me.query)).data.viewer.email).toBe(organization.email);
  });

  it.each([
    ['an unknown API key', 'mlp_live_000000000000000000000000000000000000'],
    ['something else', 'letmein'],
    ['a token that nobody signed', `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x"}')}.`],
  ])('is refused with status 401 if it is %s', async (_, token) => {
    const response = await post({ authorization: `Bearer ${token}` }, me);
    expect(response.status).toBe(401);
    expect(await code(response)).toBe('UNAUTHENTICATED');
  });

  it('is refused within about a second of its revocation', async () => {
    const { id, token } = await createKey(['READ']);
    expect((await graph.execute(token, me.query)).data.viewer.email).toBe(organization.email);
    await graph.execute(
      organization.apiKeyToken,
      graphql('mutation ($id: ID!) { apiKeyRevoke(input: { id: $id }) { userErrors { message } } }'),
      {
        id,
      },
    );
    await eventually(async () => expect((await graph.execute(token, me.query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED'));
  });

  it('with the scope READ runs no mutation, in the gateway and in the subgraph', async () => {
    const { token } = await createKey(['READ']);
    const mutation = graphql('mutation { collectionCreate(input: { name: "c" }) { collection { id } } }');
    expect((await graph.execute(token, mutation)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const viewer = {
      organizationId: organization.organizationId,
      userId: organization.userId,
      roles: ['MEMBER' as const],
      scopes: ['READ'],
    };
    expect((await graph.subgraphs.documents.execute(viewer, mutation)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await graph.execute(organization.apiKeyToken, graphql('{ collections { totalCount } }'))).data.collections.totalCount).toBe(0);
  });

  it('with the scope WRITE can read the whole payload of its mutation, including fields of other subgraphs', async () => {
    const { token } = await createKey(['WRITE']);
    const mutation = graphql(`
      mutation {
        projectCreate(input: { name: "mine", language: PYTHON }) {
          project {
            id
            owner {
              email
            }
          }
        }
      }
    `);
    const { data, errors } = await graph.execute(token, mutation);
    expect(errors).toBeUndefined();
    expect(data.projectCreate.project.owner.email).toBe(organization.email);
    expect((await graph.execute(token, graphql('{ projects { totalCount } }'))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { id } = data.projectCreate.project;
    await graph.execute(
      organization.apiKeyToken,
      graphql('mutation ($id: ID!) { projectDelete(input: { id: $id }) { userErrors { code } } }'),
      { id },
    );
  });

  it('is required: every subgraph returns UNAUTHENTICATED to an anonymous viewer', async () => {
    for (const field of ['datasets', 'chatSessions', 'documents', 'models', 'projects', 'industries']) {
      const { errors } = await graph.execute(null, `{ ${field} { nodes { id } } }`);
      expect([field, errors?.[0]?.extensions.code]).toEqual([field, 'UNAUTHENTICATED']);
    }
  });
});

describe('a request', () => {
  it('gets a response with a request id header', async () => {
    const response = await post({}, { query: graphql('{ __typename }') });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cannot set the viewer with its own headers', async () => {
    const { viewer } = {
      viewer: { organizationId: organization.organizationId, userId: organization.userId, roles: ['ADMIN' as const], scopes: [] },
    };
    const body = JSON.stringify(me);
    const response = await post(sign('serving', graph.subgraphs.serving.key, { requestId: 'r', viewer }, body), body);
    expect(await code(response)).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['broken JSON', '{"query":', 400],
    ['a list', '[{"query":"{ __typename }"}]', 400],
    ['null', 'null', 400],
    ['no operation', '{}', 400],
    ['a syntax error', '{"query":"{"}', 400],
    ['an unknown field', '{"query":"{ nothing }"}', 400],
    ['a body over 256 KiB', JSON.stringify({ query: `{ __typename } #${'x'.repeat(300_000)}` }), 413],
  ])('with %s is refused with a JSON error without internal details', async (_, body, status) => {
    const response = await post({}, body);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect((JSON.parse(text) as GraphQLResponse).errors?.[0]?.extensions.code).toMatch(/^[A-Z_]+$/);
    expect(text).not.toMatch(/node_modules|at .*:\d+:\d+|127\.0\.0\.1|prisma|select/i);
  });

  it('of a browser form is refused: without preflight, and a mutation by GET', async () => {
    const form = await fetch(graph.url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(me) });
    expect(form.status).toBeGreaterThanOrEqual(400);
    const get = await fetch(
      `${graph.url}?query=${encodeURIComponent(graphql('mutation { collectionCreate(input: { name: "c" }) { collection { id } } }'))}`,
      { headers: { 'apollo-require-preflight': '1' } },
    );
    expect(get.status).toBe(405);
  });

  it('cannot select _service or _entities', async () => {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      expect((await graph.execute(organization.apiKeyToken, query)).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  it('returns BAD_USER_INPUT for text that the database cannot store, in a literal or a variable', async () => {
    const mutation = graphql(`
      mutation ($name: String!) {
        collectionCreate(input: { name: $name }) {
          collection {
            id
          }
        }
      }
    `);
    for (const name of ['a\0b', 'half \ud83d']) {
      expect((await graph.execute(organization.apiKeyToken, mutation, { name })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(
      (await graph.execute(organization.apiKeyToken, graphql('{ collections(filter: { nameContains: "\u0000" }) { totalCount } }')))
        .errors?.[0]?.extensions.code,
    ).toBe('BAD_USER_INPUT');
  });

  it('refuses values that cannot be stored: too deep nesting, and the key __proto__', async () => {
    const create = graphql('mutation ($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }');
    const withMetadata = (metadata: object) => ({ query: create, variables: { input: { name: 'n', language: 'PYTHON', metadata } } });
    const credential = { 'x-api-key': organization.apiKeyToken };
    expect(await code(await post(credential, withMetadata(nested(95))))).toBe('BAD_USER_INPUT');
    expect(await code(await post(credential, withMetadata(JSON.parse('{"__proto__":{"a":1}}') as object)))).toBe('BAD_REQUEST');
    const literal = graphql(`
      mutation {
        projectCreate(input: { name: "n", language: PYTHON, metadata: { __proto__: { a: 1 } } }) {
          project {
            id
          }
        }
      }
    `);
    expect(await code(await post(credential, { query: literal }))).toBe('BAD_USER_INPUT');
    expect((await graph.execute(organization.apiKeyToken, graphql('{ projects { totalCount } }'))).data.projects.totalCount).toBe(0);
  });

  it('that exceeds a limit is refused: tokens, aliases, root fields, also through a fragment', async () => {
    const many = (count: number, text: (index: number) => string) => Array.from({ length: count }, (__, index) => text(index)).join(' ');
    const refused = async (query: string) => (await graph.execute(null, query)).errors?.[0]?.extensions.code;
    expect(await refused(`{ ${many(5000, () => '__typename')} }`)).toBe('GRAPHQL_PARSE_FAILED');
    expect(await refused(`{ ${many(31, (index) => `a${index}: __typename`)} }`)).toBe('BAD_USER_INPUT');
    expect(await refused(`{ ...all } fragment all on Query { ${many(21, () => '__typename')} }`)).toBe('BAD_USER_INPUT');
    expect(await refused(`{ ${many(20, () => '__typename')} }`)).toBeUndefined();
  });

  it('with an object for an id never reaches the database', async () => {
    graph.subgraphs.datasets.statements.take();
    const { errors } = await graph.execute(organization.apiKeyToken, graphql('query ($id: ID!) { dataset(id: $id) { name } }'), {
      id: { not: 'x' },
    });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(graph.subgraphs.datasets.statements.take()).toEqual([]);
  });
});

describe('a subgraph', () => {
  it.each([
    '{ _service { sdl } }',
    '{ _entities(representations: [{ __typename: "Dataset", id: "x" }]) { __typename } }',
    '{ datasets { totalCount } }',
  ])('refuses an unsigned %s', async (query) => {
    for (const { url } of Object.values(graph.subgraphs)) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });
});

describe('a subgraph that is down', () => {
  it('makes only its own fields null, with UNAVAILABLE and without internal details', async () => {
    await graph.subgraphs.documents.stop();
    const answer = await graph.execute(
      organization.apiKeyToken,
      graphql(`
        {
          datasets {
            totalCount
          }
          collections {
            totalCount
          }
          viewer {
            email
            answers {
              totalCount
            }
          }
        }
      `),
    );
    expect(answer.data).toEqual({ datasets: { totalCount: 0 }, collections: null, viewer: { email: organization.email, answers: null } });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    expect(JSON.stringify(answer.errors)).not.toMatch(/documents|127\.0\.0\.1|ECONN|socket/);
  });
});
