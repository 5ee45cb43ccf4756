import { setTimeout as sleep } from 'node:timers/promises';
import { credentialCheck } from '../../../gateway/identity/credential-check.js';
import { codedError, unauthenticated } from '../../../subgraphs/shared/errors/coded-error.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { aMember } from '../../kit/viewers.js';

const viewer = aMember();
/** A check of a credential whose server answers, or throws, what `says` returns. */
function checking(says: () => Viewer, options: Parameters<typeof credentialCheck>[2] = {}) {
  const asked = { times: 0 };
  const check = credentialCheck(viewer, async () => (asked.times++, says()), options);
  return { check, asked };
}
const away = () => {
  throw codedError('UNAVAILABLE', 'Away.');
};

describe('a credential that stands', () => {
  it('is one whose viewer is the same as ever', async () => {
    const { check } = checking(() => ({ ...viewer, roles: [...viewer.roles] }));
    await expect(check()).resolves.toBeUndefined();
  });

  it('is none that was revoked', async () => {
    const { check } = checking(() => {
      throw unauthenticated();
    });
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it.each([
    ['roles', { roles: [] }],
    ['scopes', { scopes: ['READ'] }],
  ])('is none whose %s have changed', async (_, change) => {
    const { check } = checking(() => ({ ...viewer, ...change }));
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });

  it('is one that cannot be asked about, for a while, and is then asked about less often', async () => {
    const { check, asked } = checking(away, { gracePeriodMs: 150, retryIntervalMs: 50 });
    for (let times = 0; times < 5; times++) await check();
    expect(asked.times).toBe(1);
    await sleep(60);
    await check();
    expect(asked.times).toBe(2);
    await sleep(110);
    await expect(check()).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  });

  it('is none where something else goes wrong', async () => {
    const { check } = checking(() => {
      throw new TypeError('ours');
    });
    await expect(check()).rejects.toThrow('ours');
  });
});
