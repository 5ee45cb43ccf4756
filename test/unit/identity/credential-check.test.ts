import { jest } from '@jest/globals';
import { credentialCheck } from '../../../gateway/identity/credential-check.js';
import { codedError, unauthenticated } from '../../../subgraphs/shared/errors/coded-error.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { aMember } from '../../kit/viewers.js';

const viewer = aMember();
/** Creates a credential check that looks the viewer up with `lookUp`, and counts the lookups. */
function createCheck(lookUp: () => Viewer, options: Parameters<typeof credentialCheck>[2] = {}) {
  const lookups = { times: 0 };
  const check = credentialCheck(viewer, async () => (lookups.times++, lookUp()), options);
  return { check, lookups };
}
const throwUnavailable = () => {
  throw codedError('UNAVAILABLE', 'Away.');
};

afterEach(() => jest.restoreAllMocks());

describe('the check of a credential', () => {
  it('passes if the viewer is the same', async () => {
    const { check } = createCheck(() => ({ ...viewer, roles: [...viewer.roles] }));
    await expect(check()).resolves.toBeUndefined();
  });

  it('fails after the credential was revoked', async () => {
    const { check } = createCheck(() => {
      throw unauthenticated();
    });
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it.each([
    ['roles', { roles: [] }],
    ['scopes', { scopes: ['READ'] }],
  ])('fails if the %s have changed', async (_, change) => {
    const { check } = createCheck(() => ({ ...viewer, ...change }));
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });

  it('passes for a grace period while the server is unavailable, and is retried less often', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const { check, lookups } = createCheck(throwUnavailable, { gracePeriodMs: 30_000, retryIntervalMs: 2_000 });
    for (let times = 0; times < 5; times++) await check();
    expect(lookups.times).toBe(1);
    now.mockReturnValue(1_002_000);
    await check();
    expect(lookups.times).toBe(2);
    now.mockReturnValue(1_030_001);
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  });

  it('fails for any other error', async () => {
    const { check } = createCheck(() => {
      throw new TypeError('ours');
    });
    await expect(check()).rejects.toThrow('ours');
  });
});
