import { readFileSync } from 'node:fs';
import { CREDENTIAL_LIMITS, DEFAULT_CREDENTIAL_LIMITS } from '../../../subgraphs/serving/identity/credential-limits.js';
import { serving } from '../../../subgraphs/serving/subgraph.js';
import { RateLimitStore } from '../../../subgraphs/shared/rate-limits/rate-limits.unscoped.store.js';
import { sign } from '../../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { servingParts } from '../../kit/serving.js';
import { runSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import { createTeam, createUser, PASSWORD, type Serving, type Team } from './identity.arrange.js';

// Fewer than by default: each attempt takes the time of a password verification.
const [pair, address, account] = [4, 12, 8];
const attempts = { perAccountAndAddress: pair, perAddress: address, perAccount: account };
const credentialLimits = { ...DEFAULT_CREDENTIAL_LIMITS, signIn: attempts, passwordChange: attempts };

let subgraph: Serving;
let team: Team;
beforeAll(async () => void (subgraph = await runSubgraph(serving({ ...servingParts, credentialLimits }))));
beforeEach(async () => void (team = await createTeam(subgraph)));
afterEach(() => subgraph.client.$executeRaw`DELETE FROM rate_limits`);
afterAll(() => subgraph.close());

interface Result {
  data: Record<string, { session?: object | null; userErrors: { code: string; message: string }[] } | null>;
  errors?: { message: string; path: string[]; extensions: { code: string; rateLimit: object } }[];
}

/** Sends an operation as the gateway does for a client at an address. */
async function send(address: string | undefined, viewer: Viewer | null, query: string, { key, url } = subgraph): Promise<Result> {
  const body = JSON.stringify({ query });
  const headers = sign('serving', key, { requestId: 'test', viewer, address }, body);
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return (await response.json()) as Result;
}

function login(...values: [slug: string, email: string, password: string]): string {
  const [slug, email, password] = values.map((value) => JSON.stringify(value));
  return `sessionCreate(input: { organizationSlug: ${slug}, email: ${email}, password: ${password} })
    { session { token } userErrors { code message } }`;
}

type Outcome = 'in' | 'wrong' | 'limited';

async function signIn(
  address: string | undefined,
  email = 'admin@example.com',
  password = 'wrong password',
  slug = team.slug,
  process = subgraph,
): Promise<Outcome> {
  const { data, errors } = await send(address, null, `mutation { ${login(slug, email, password)} }`, process);
  if (errors) {
    expect(errors[0]!.extensions.code).toBe('RATE_LIMITED');
    return 'limited';
  }
  return data.sessionCreate!.session ? 'in' : 'wrong';
}

async function outcomes(count: number, attempt: (index: number) => Promise<Outcome>): Promise<string> {
  const all: Outcome[] = [];
  for (let index = 0; index < count; index++) all.push(await attempt(index));
  return all.join(' ').replaceAll(/\b(\w+)( \1\b)+/g, (run, word) => `${run.split(' ').length} ${word}`);
}

describe('signing in', () => {
  it('counts each of twenty aliased fields of one request', async () => {
    const fields = Array.from({ length: 20 }, (_, index) => `a${index}: ${login(team.slug, 'admin@example.com', `guess ${index}`)}`);
    const { data, errors } = await send('198.51.100.1', null, `mutation { ${fields.join(' ')} }`);
    expect(Object.values(data).filter((payload) => payload?.userErrors[0]?.code === 'INVALID')).toHaveLength(pair);
    expect(errors!.map(({ path }) => path[0])).toEqual(Array.from({ length: 20 - pair }, (_, index) => `a${pair + index}`));
    expect(errors![0]).toMatchObject({
      message: expect.stringMatching(/^At most 4 attempts are possible in 15 minutes\. Try again in \d+ seconds\.$/),
      extensions: { code: 'RATE_LIMITED', rateLimit: { limit: pair, remaining: 0, resetAt: expect.stringMatching(/^\d{4}-.*Z$/) } },
    });
  });

  it('is limited exactly for concurrent requests', async () => {
    const results = await Promise.all(Array.from({ length: 30 }, () => signIn('198.51.100.1')));
    expect(results.filter((outcome) => outcome === 'wrong')).toHaveLength(pair);
  });

  it('is limited for all processes together', async () => {
    const database = await copyTemplate('serving');
    const processes = await Promise.all([1, 2].map(() => runSubgraph(serving({ ...servingParts, credentialLimits }), { database })));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => signIn('198.51.100.1', undefined, undefined, 'team', processes[index % 2])),
    );
    await Promise.all(processes.map((process) => process.close()));
    await database.close();
    expect(results.filter((outcome) => outcome === 'wrong')).toHaveLength(pair);
  });

  it('refuses the right password too, after too many wrong ones, until the window ends', async () => {
    await outcomes(pair, () => signIn('198.51.100.1'));
    expect(await signIn('198.51.100.1', 'admin@example.com', team.password)).toBe('limited');
    await subgraph.client.$executeRaw`UPDATE rate_limits SET resets_at = now()`;
    expect(await signIn('198.51.100.1', 'admin@example.com', team.password)).toBe('in');
  });

  it('answers attempts at unknown accounts and organizations alike', async () => {
    const asked = async (slug: string, email: string) => {
      const results: unknown[] = [];
      for (let index = 0; index < pair + 2; index++) {
        subgraph.statements.take();
        const { data, errors } = await send('198.51.100.1', null, `mutation { ${login(slug, email, 'wrong password')} }`);
        const limited = errors?.map(({ message, extensions }) => [message.replace(/\d+ seconds/, ''), Object.keys(extensions.rateLimit)]);
        results.push([data.sessionCreate, limited, subgraph.statements.take().length]);
      }
      return results;
    };
    const known = await asked(team.slug, 'admin@example.com');
    expect(await asked(team.slug, 'nobody@example.com')).toEqual(known);
    expect(await asked('no-such-team', 'admin@example.com')).toEqual(known);
  });

  it('has one count for all spellings of an email', async () => {
    const spellings = ['admin@example.com', 'ADMIN@example.com', 'Admin@Example.COM', 'adm\u0130n@example.com', '\u00e1dmin@example.com'];
    expect(await outcomes(pair + 2, (index) => signIn('198.51.100.1', spellings[index % spellings.length]))).toBe(
      `${pair} wrong 2 limited`,
    );
  });

  it('limits one address at many accounts', async () => {
    const spray = await outcomes(address + 5, (index) => signIn('198.51.100.1', `user-${index}@example.com`, 'password1'));
    expect(spray).toBe(`${address} wrong 5 limited`);
    expect(await signIn('198.51.100.2', 'user-1@example.com')).toBe('wrong');
  });

  it('limits many addresses at one account, but not at the addresses of its user', async () => {
    expect(await signIn('203.0.113.7', 'admin@example.com', team.password)).toBe('in');
    const attack = await outcomes(account + 5, (index) => signIn(`198.51.100.${index}`));
    expect(attack).toBe(`${account} wrong 5 limited`);
    expect(await signIn('203.0.113.8', 'admin@example.com', team.password)).toBe('limited');
    expect(await signIn('203.0.113.7', 'admin@example.com', team.password)).toBe('in');
    // There the limit of the address applies.
    expect(await outcomes(pair + 2, () => signIn('203.0.113.7'))).toBe(`${pair} wrong 2 limited`);
  });

  it('does not count for the account what one address attempts beyond its own limit', async () => {
    await outcomes(account + 5, () => signIn('198.51.100.1'));
    expect(await signIn('203.0.113.8', 'admin@example.com', team.password)).toBe('in');
  });

  it('does not count successful attempts: many users share an address', async () => {
    const succeed = await outcomes(pair + 5, () => signIn('198.51.100.1', 'admin@example.com', team.password));
    expect(succeed).toBe(`${pair + 5} in`);
    const counts = await subgraph.client.$queryRaw<
      { count: number }[]
    >`SELECT count FROM rate_limits WHERE resets_at < now() + interval '1 day'`;
    expect(counts.map(({ count }) => count)).toEqual([0, 0, 0]);
  });

  it('takes back only the attempt that succeeded', async () => {
    const user = await createUser(subgraph, team, { email: 'own@example.com' });
    expect(user.userId).toBeDefined();
    // An attacker who signs in to an own account between attempts gains none.
    const results = await outcomes(2 * pair + 6, (index) =>
      index % 2 ? signIn('198.51.100.1', 'own@example.com', PASSWORD) : signIn('198.51.100.1'),
    );
    expect(results.split('limited').length - 1).toBe(3);
  });
});

describe('changing the password', () => {
  const change = (currentPassword: string) =>
    `passwordChange(input: { currentPassword: "${currentPassword}", newPassword: "another long password" }) { userErrors { code } }`;

  it('counts each field, and refuses the right password after too many wrong ones', async () => {
    const fields = Array.from({ length: 20 }, (_, index) => `a${index}: ${change(`guess ${index}`)}`);
    const { errors } = await send('198.51.100.1', team.admin, `mutation { ${fields.join(' ')} }`);
    expect(errors).toHaveLength(20 - pair);
    const { errors: limited } = await send('198.51.100.1', team.admin, `mutation { ${change(team.password)} }`);
    expect(limited![0]!.extensions.code).toBe('RATE_LIMITED');
    const { data } = await send('203.0.113.7', team.admin, `mutation { ${change(team.password)} }`);
    expect(data.passwordChange!.userErrors).toEqual([]);
  });
});

describe('issuing API keys', () => {
  it('counts each field of creations and rotations', async () => {
    const limit = DEFAULT_CREDENTIAL_LIMITS.apiKeyIssue.perAccountAndAddress;
    const fields = Array.from(
      { length: 20 },
      (_, index) => `a${index}: apiKeyCreate(input: { name: "k", scopes: [READ] }) { apiKey { id } userErrors { code } }`,
    );
    let refused = 0;
    let last: Result | undefined;
    for (let times = 0; times < 4; times++) {
      const result = await send('198.51.100.1', team.admin, `mutation { ${fields.join(' ')} }`);
      refused += result.errors?.length ?? 0;
      last ??= result;
    }
    expect(refused).toBe(80 - limit);
    const { id } = (last!.data.a0 as unknown as { apiKey: { id: string } }).apiKey;
    const { errors } = await send(
      '198.51.100.1',
      team.admin,
      `mutation { apiKeyRotate(input: { id: "${id}", overlapSeconds: 0 }) { token } }`,
    );
    expect(errors![0]!.extensions.code).toBe('RATE_LIMITED');
  });
});

describe('the table of limits', () => {
  it('is in the README of the subgraph, with the values', () => {
    const readme = readFileSync(new URL('../../../subgraphs/serving/README.md', import.meta.url), 'utf8');
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const missing = Object.values(CREDENTIAL_LIMITS).flatMap(({ limits, windowMinutes }) =>
      Object.values(limits).filter(
        ([variable, value]) =>
          !rows.some((row) => row.slice(1, 4).join() === [`\`${variable}\``, value, `${windowMinutes} minutes`].join()),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('the table rate_limits', () => {
  it('contains no email and no address, and loses rows whose window has ended', async () => {
    await signIn('198.51.100.1');
    const rows = await subgraph.client.$queryRaw<object[]>`SELECT * FROM rate_limits`;
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toMatch(/198\.51|admin|example/);
    await subgraph.client.$executeRaw`UPDATE rate_limits SET resets_at = now() WHERE key = (SELECT min(key) FROM rate_limits)`;
    await new RateLimitStore(subgraph.client as never, servingParts.apiKeyPepper).cleaning.run();
    expect(await subgraph.client.$queryRaw`SELECT * FROM rate_limits`).toHaveLength(2);
  });
});
