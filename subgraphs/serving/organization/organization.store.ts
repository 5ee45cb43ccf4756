import { refuseIf } from '../../shared/errors/user-error.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import { unauthenticated } from '../../shared/errors/coded-error.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { OrganizationUpdateInput } from '../generated/graphql.js';
import type { Organization, PrismaClient } from '../generated/prisma/client.js';
import type { UserStore } from '../user/user.store.js';
import { nameProblems } from './organization.rules.js';

export type OrganizationRow = Organization;

export class OrganizationStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #users: UserStore;
  readonly #byId: RowLoader<OrganizationRow>;

  constructor(scope: Scope<PrismaClient>, users: UserStore) {
    this.#scope = scope;
    this.#users = users;
    // The scope limits the rows to the one organization of the viewer.
    this.#byId = new RowLoader(
      () => scope.db.organization.findMany(),
      (row) => row.orgId,
    );
  }

  /** Returns the viewer's own organization; null for any other id. */
  byId(id: string): Promise<OrganizationRow | null> {
    return this.#byId.load(id);
  }

  async own(): Promise<OrganizationRow> {
    const organization = await this.byId(this.#scope.organizationId);
    if (!organization) throw unauthenticated();
    return organization;
  }

  async update({ name }: OrganizationUpdateInput): Promise<OrganizationRow> {
    await this.#users.refuseUnlessAdmin(null);
    refuseIf(nameProblems(['input', 'name'], name));
    await this.#scope.db.organization.updateMany({ data: { name } });
    this.#byId.clear(this.#scope.organizationId);
    return this.own();
  }
}
