import { join, sqltag as sql } from '@prisma/client/runtime/client';
import { unauthenticated } from '../../shared/errors/coded-error.js';
import { UNIQUE } from '../../shared/errors/constraint.js';
import { Refusal, refusal, refuseIf, type UserError } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains, equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { PasswordChangeInput, UserCreateInput, UserFilter, UserOrderField, UserRole, UserUpdateInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient, type User } from '../generated/prisma/client.js';
import { hashPassword, verifyPassword } from '../identity/password.js';
import type { OrganizationRow } from '../organization/organization.store.js';
import { createProblems, isAdministrator, passwordProblems, updateProblems } from './user.rules.js';

/** A user without the password. `organization` is there where the request itself could not read it: at a sign-in. */
export type UserRow = Omit<User, 'passwordHash'> & { organization?: OrganizationRow };
export type UserPage = Connection<UserRow>;
export type UserArguments = ConnectionArguments<UserFilter, UserOrderField>;

const table = tableOf('users', Prisma.UserScalarFieldEnum, ['passwordHash']);

const definition: ConnectionDefinition<UserRow, UserFilter, UserOrderField> = {
  table,
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    EMAIL: { field: 'email', type: 'text' },
    FULL_NAME: { field: 'fullName', type: 'text', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [equals('isActive', filter.isActive, 'bool'), equals('role', filter.role, '"UserRole"'), search(filter.search)],
};

function search(text: string | null | undefined): Condition {
  const places = [contains('email', text), contains('fullName', text)].filter((place) => place !== null);
  return places.length === 0 ? null : sql`(${join(places, ' OR ')})`;
}

const unknownUser = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no user with this id.');

interface Change {
  fullName?: string | null;
  username?: string | null;
  preferences?: object;
  role?: UserRole;
  isActive?: boolean;
}

export class UserStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<UserRow>;
  readonly #pages: Pages<UserRow, UserFilter, UserOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new RowLoader(
      (ids) => scope.db.user.findMany({ where: { id: { in: ids } }, omit: { passwordHash: true } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<UserRow | null> {
    return this.#byId.load(id);
  }

  /** The user that a foreign key says is there. */
  async existing(id: string): Promise<UserRow> {
    const user = await this.byId(id);
    if (!user) throw new Error(`The user ${id} is referenced and missing.`);
    return user;
  }

  async viewer(): Promise<UserRow> {
    const user = await this.byId(this.#scope.viewer.userId);
    if (!user) throw unauthenticated();
    return user;
  }

  page(args: UserArguments): UserPage {
    return this.#pages.all(args);
  }

  /** The row has the last word over the signed viewer: who was demoted since the session began may not undo that with it. */
  async refuseUnlessAdmin(field: string[] | null): Promise<void> {
    const user = this.#scope.hasRole('ADMIN') ? await this.byId(this.#scope.viewer.userId) : null;
    if (!user || !isAdministrator(user)) throw refusal('FORBIDDEN', field, 'Only an administrator may do this.');
  }

  async create(input: UserCreateInput): Promise<UserRow | null> {
    await this.refuseUnlessAdmin(null);
    refuseIf(createProblems(input));
    // The password stays out of what the idempotency key remembers: a fast hash of it would undo the slow one.
    const { password, ...remembered } = input;
    const { email, fullName, username, role } = input;
    const orgId = this.#scope.organizationId;
    const data = { orgId, email, fullName, username, role, passwordHash: await hashPassword(password) };
    const id = await this.#unlessTaken(
      input,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'userCreate', remembered, (id) => transaction.user.create({ data: { ...data, id } })),
      ),
    );
    return this.byId(id);
  }

  async update(input: UserUpdateInput): Promise<UserRow | null> {
    refuseIf(updateProblems(input));
    const { id, fullName, username, preferences, role } = input;
    const isOneself = id.toLowerCase() === this.#scope.viewer.userId;
    if (!isOneself || role != null) await this.refuseUnlessAdmin(['input', isOneself ? 'role' : 'id']);
    const change = { fullName, username, preferences: (preferences as object | null) ?? undefined, role: role ?? undefined };
    return this.#unlessTaken(input, this.#change(id, change, ['input', 'role']));
  }

  async setActive(id: string, isActive: boolean): Promise<UserRow | null> {
    await this.refuseUnlessAdmin(null);
    refuseIf(idProblems(['input', 'id'], id));
    return this.#change(id, { isActive }, ['input', 'id']);
  }

  async changePassword({ currentPassword, newPassword }: PasswordChangeInput): Promise<UserRow | null> {
    refuseIf(passwordProblems(['input', 'newPassword'], newPassword));
    const id = this.#scope.viewer.userId;
    const user = await this.#scope.db.user.findFirst({ where: { id, isActive: true }, select: { passwordHash: true } });
    if (!user) throw unauthenticated();
    const wrong = refusal('INVALID', ['input', 'currentPassword'], 'This is not your password.');
    if (!(await verifyPassword(user.passwordHash, currentPassword))) throw wrong;
    const data = { passwordHash: await hashPassword(newPassword) };
    // Of two changes at once the second finds that its current password is no longer the one.
    const { count } = await this.#scope.db.user.updateMany({ where: { id, passwordHash: user.passwordHash }, data });
    if (count === 0) throw wrong;
    this.#byId.clear(id);
    return this.byId(id);
  }

  async #change(id: string, change: Change, field: string[]): Promise<UserRow | null> {
    await this.#scope.db.$transaction(async (transaction) => {
      if (change.role === 'MEMBER' || change.isActive === false) {
        // Takes the organization's row: of two administrators who demote each other at once, the second waits and then counts again.
        await transaction.organization.updateMany({ data: { updatedAt: new Date() } });
        const admins = await transaction.user.findMany({ where: { role: 'ADMIN', isActive: true }, select: { id: true }, take: 2 });
        const isLast = admins.length === 1 && admins[0]!.id === id.toLowerCase();
        if (isLast) throw refusal('CONFLICT', field, 'This is the last active administrator: make another one first.');
      }
      const { count } = await transaction.user.updateMany({ where: { id }, data: change });
      if (count === 0) throw unknownUser();
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Turns the refusal of a unique index into one that says which name is taken. */
  async #unlessTaken<Result>(names: { email?: string; username?: string | null }, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === UNIQUE)) throw error;
      throw new Refusal(await this.#takenProblems(names));
    }
  }

  async #takenProblems({ email, username }: { email?: string; username?: string | null }): Promise<UserError[]> {
    const [taken] = await this.#scope.query<{ email: boolean | null; username: boolean | null }>(
      table,
      (rows) => sql`
        SELECT bool_or(lower(row.email) = lower(${email ?? null}::text)) AS email, bool_or(lower(row.username) = lower(${username ?? null}::text)) AS username
        FROM ${rows} AS row`,
    );
    const problem = (field: string): UserError => ({ code: 'TAKEN', field: ['input', field], message: `Another user has this ${field}.` });
    return [...(taken?.email ? [problem('email')] : []), ...(taken?.username ? [problem('username')] : [])];
  }
}
