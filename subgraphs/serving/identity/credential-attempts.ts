import type { RateLimit, RateLimitStore } from '../../shared/rate-limits/rate-limits.unscoped.store.js';
import { CREDENTIAL_LIMITS, type CredentialAction, type CredentialLimits } from './credential-limits.js';

/** The time for which an address from which a user has signed in is remembered. */
const REMEMBERED_SECONDS = 30 * 86_400;

/**
 * Limits the attempts to use or issue a credential (docs/adr/0022). Each field of a request is an attempt. It is counted before it is
 * made, so that concurrent attempts cannot exceed a limit together, and whether or not the account exists.
 */
export class CredentialAttempts {
  constructor(
    private readonly store: RateLimitStore,
    private readonly limits: CredentialLimits,
    /** The address of the client. Null for a request that came from no client of the gateway. */
    private readonly address: string | null,
  ) {}

  /**
   * Runs an attempt at an account. Throws RATE_LIMITED without running it if there were too many. An attempt succeeds if `run` does not
   * reject.
   */
  async count<Result>(action: CredentialAction, account: string, run: () => Promise<Result>): Promise<Result> {
    const limits = this.#limitsOf(action, account);
    const counted = await this.store.consume(limits);
    const result = await run();
    if (!CREDENTIAL_LIMITS[action].countsSuccess) {
      const known = { key: this.#rememberedKey(action, account), seconds: REMEMBERED_SECONDS };
      await this.store.release(counted, this.address === null ? undefined : known);
    }
    return result;
  }

  /**
   * Returns the limits in the order in which they are counted. Attempts that one address exceeds its own limits with do not count for
   * the account. The limit of the account does not concern addresses from which its user has signed in: attackers cannot lock the
   * user out there.
   */
  #limitsOf(action: CredentialAction, account: string): RateLimit[] {
    const { perAccountAndAddress, perAddress, perAccount } = this.limits[action];
    const windowSeconds = CREDENTIAL_LIMITS[action].windowMinutes * 60;
    const address = this.address ?? '';
    return [
      { key: [action, 'account and address', account, address], limit: perAccountAndAddress, windowSeconds },
      ...(address === '' ? [] : [{ key: [action, 'address', address], limit: perAddress, windowSeconds }]),
      {
        key: [action, 'account', account],
        limit: perAccount,
        windowSeconds,
        unlessRemembered: this.#rememberedKey(action, account),
      },
    ];
  }

  #rememberedKey(action: CredentialAction, account: string): readonly string[] {
    return [action, 'remembered', account, this.address ?? ''];
  }
}

/** Returns the key of the account with this email. It is coarser than the comparison of the database, so that no spelling is a way around. */
export const accountKey = (organizationSlug: string, email: string): string =>
  `${organizationSlug} ${email.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()}`;
