import { isSatisfied } from '../../../gateway/authorization/access-requirement.js';
import { credentialsOf } from '../../../gateway/authorization/credentials.js';
import { unauthorizedFieldError } from '../../../gateway/authorization/unauthorized-field-error.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';

const viewer: Viewer = { organizationId: 'o', userId: 'u', roles: ['ADMIN'], scopes: ['READ'] };

describe('the credentials of a request', () => {
  it('are empty without a viewer', async () => {
    expect(await credentialsOf(null, [])).toEqual({ isAuthenticated: false, scopes: new Set(), policies: new Set() });
  });

  it('hold the scopes that the viewer is limited to', async () => {
    expect(await credentialsOf(viewer, [])).toMatchObject({ isAuthenticated: true, scopes: new Set(['READ']) });
  });

  it('hold all known scopes if the viewer is not limited', async () => {
    const { scopes } = await credentialsOf({ ...viewer, scopes: [] }, []);
    expect(scopes).toEqual(new Set(['READ', 'WRITE']));
  });

  it('hold no policy without an evaluator', async () => {
    expect((await credentialsOf(viewer, ['p'])).policies).toEqual(new Set());
  });

  it('hold the required policies that the evaluator grants', async () => {
    const asked: unknown[] = [];
    const evaluate = async (policies: readonly string[], of: Viewer | null) => {
      asked.push([policies, of]);
      return new Set(policies.filter((name) => of?.roles.some((role) => name === `role:${role}`)));
    };
    expect((await credentialsOf(viewer, ['role:ADMIN', 'role:PLATFORM_ADMIN'], evaluate)).policies).toEqual(new Set(['role:ADMIN']));
    await credentialsOf(viewer, [], evaluate);
    expect(asked).toEqual([[['role:ADMIN', 'role:PLATFORM_ADMIN'], viewer]]);
  });

  it('fail if policies cannot be evaluated', async () => {
    await expect(credentialsOf(viewer, ['p'], () => Promise.reject(new Error('policies are away')))).rejects.toThrow('policies are away');
  });
});

describe('a clause', () => {
  const credentials = { isAuthenticated: true, scopes: new Set(['a', 'b']), policies: new Set(['p']) };

  it.each([
    [[['a', 'b']], true],
    [[['a', 'c']], false],
    [[['c'], ['a']], true],
    [[[]], true],
    [[], true],
    [[['p']], false],
    [[['constructor']], false],
  ])('of scopes %j is satisfied: %s', (anyOf, expected) => {
    expect(isSatisfied({ kind: 'scopes', anyOf }, credentials)).toBe(expected);
  });
});

describe('a refusal', () => {
  it('is UNAUTHENTICATED for an anonymous viewer and FORBIDDEN for others', () => {
    const path = ['users', 0, 'mail'];
    expect(unauthorizedFieldError({ isAuthenticated: false }, path).toJSON()).toEqual({
      message: 'A valid API key or session token is required. Send it in the header "Authorization: Bearer <token>".',
      path,
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(unauthorizedFieldError({ isAuthenticated: true }, path).toJSON()).toMatchObject({ path, extensions: { code: 'FORBIDDEN' } });
  });
});
