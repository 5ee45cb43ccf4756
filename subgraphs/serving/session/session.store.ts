import { refusal } from '../../shared/errors/user-error.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { SessionCreateInput } from '../generated/graphql.js';
import type { CredentialStore } from '../identity/credential.unscoped.store.js';
import { decoyHash, hashPassword, isCheap, verifyPassword } from '../identity/password.js';
import type { SessionToken, SessionTokens } from '../identity/session-token.js';
import { viewerOf } from '../identity/viewer-of.js';
import type { OrganizationStore } from '../organization/organization.store.js';
import type { UserRow, UserStore } from '../user/user.store.js';

export type SessionRow = SessionToken & { user: UserRow };

/** What a user sees who has just signed in: the request itself is still an anonymous one. */
type StoresOf = (signedIn: Viewer) => { users: UserStore; organizations: OrganizationStore };

export class SessionStore {
  readonly #credentials: CredentialStore;
  readonly #tokens: SessionTokens;
  readonly #storesOf: StoresOf;

  constructor(credentials: CredentialStore, tokens: SessionTokens, storesOf: StoresOf) {
    this.#credentials = credentials;
    this.#tokens = tokens;
    this.#storesOf = storesOf;
  }

  /** One statement and one verification whatever is wrong, so that neither the answer nor its time tells what it was. */
  async create({ organizationSlug, email, password }: SessionCreateInput): Promise<SessionRow> {
    const user = await this.#credentials.user(organizationSlug, email);
    const isRight = await verifyPassword(user?.passwordHash ?? (await decoyHash), password);
    if (!user?.isActive || !isRight) throw refusal('INVALID', null, 'The organization, the email or the password is wrong.');
    if (isCheap(user.passwordHash)) await this.#credentials.strengthen(user, await hashPassword(password));
    const viewer = viewerOf(user, []);
    const { users, organizations } = this.#storesOf(viewer);
    return { ...(await this.#tokens.make(viewer)), user: { ...(await users.existing(user.id)), organization: await organizations.own() } };
  }
}
