import { refusal } from '../../shared/errors/user-error.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { SessionCreateInput } from '../generated/graphql.js';
import { accountKey, type CredentialAttempts } from '../identity/credential-attempts.js';
import type { CredentialStore } from '../identity/credential.unscoped.store.js';
import type { Identity } from '../identity/identity.js';
import { hashPassword, needsRehash, verifyPassword } from '../identity/password.js';
import type { SessionToken } from '../identity/session-token.js';
import { viewerOfUser } from '../identity/viewer-of-user.js';
import type { OrganizationStore } from '../organization/organization.store.js';
import type { UserRow, UserStore } from '../user/user.store.js';

export type SessionRow = SessionToken & { user: UserRow };

/** Creates the stores of a user who has just signed in. The request itself is anonymous, so its own stores read nothing. */
type StoresForViewer = (signedIn: Viewer) => { users: UserStore; organizations: OrganizationStore };

export class SessionStore {
  readonly #credentials: CredentialStore;
  readonly #identity: Identity;
  readonly #attempts: CredentialAttempts;
  readonly #storesFor: StoresForViewer;

  constructor(credentials: CredentialStore, identity: Identity, attempts: CredentialAttempts, storesFor: StoresForViewer) {
    this.#credentials = credentials;
    this.#attempts = attempts;
    this.#identity = identity;
    this.#storesFor = storesFor;
  }

  /** Signs a user in. Throws RATE_LIMITED after too many attempts, whether or not the user exists. */
  create(input: SessionCreateInput): Promise<SessionRow> {
    return this.#attempts.count('signIn', accountKey(input.organizationSlug, input.email), () => this.#create(input));
  }

  /**
   * Runs one statement and one password verification in every case, so that neither the error nor the response time reveals whether the
   * organization, the email or the password was wrong.
   */
  async #create({ organizationSlug, email, password }: SessionCreateInput): Promise<SessionRow> {
    const { sessions, decoyPasswordHash } = this.#identity;
    const user = await this.#credentials.findUser(organizationSlug, email);
    const isCorrect = await verifyPassword(user?.passwordHash ?? (await decoyPasswordHash), password);
    if (!user?.isActive || !isCorrect)
      throw refusal('INVALID', null, 'The organization, email or password is incorrect. Check all three and try again.');
    if (needsRehash(user.passwordHash)) await this.#credentials.replacePasswordHash(user, await hashPassword(password));
    const viewer = viewerOfUser(user, []);
    const { users, organizations } = this.#storesFor(viewer);
    return { ...(await sessions.issue(viewer)), user: { ...(await users.byIdOrThrow(user.id)), organization: await organizations.own() } };
  }
}
