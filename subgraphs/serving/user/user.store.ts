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
import { Prisma, type Organization, type PrismaClient, type User } from '../generated/prisma/client.js';
import type { CredentialAttempts } from '../identity/credential-attempts.js';
import { hashPassword, verifyPassword } from '../identity/password.js';
import { createProblems, isAdministrator, passwordProblems, updateProblems } from './user.rules.js';

/** A user without the password hash. A sign-in also sets `organization`, because its anonymous request cannot read it later. */
export type UserRow = Omit<User, 'passwordHash'> & { organization?: Organization };
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
  conditions: (filter) => [
    equals('isActive', filter.isActive, 'bool'),
    equals('role', filter.role, '"UserRole"'),
    searchCondition(filter.search),
  ],
};

function searchCondition(text: string | null | undefined): Condition {
  const conditions = [contains('email', text), contains('fullName', text)].filter((condition) => condition !== null);
  return conditions.length === 0 ? null : sql`(${join(conditions, ' OR ')})`;
}

const userNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No user with this id exists in your organization.');

interface UserChange {
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
  readonly #attempts: CredentialAttempts;

  constructor(scope: Scope<PrismaClient>, attempts: CredentialAttempts) {
    this.#scope = scope;
    this.#attempts = attempts;
    this.#byId = new RowLoader(
      (ids) => scope.db.user.findMany({ where: { id: { in: ids } }, omit: { passwordHash: true } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string): Promise<UserRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the user that a foreign key references. Throws an Error if there is none. */
  async byIdOrThrow(id: string): Promise<UserRow> {
    const user = await this.byId(id);
    if (!user) throw new Error(`The user ${id} is referenced but does not exist.`);
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

  /** Throws Refusal unless the viewer is an administrator. It checks the row too: the viewer may have been demoted since the session began. */
  async refuseUnlessAdmin(field: string[] | null): Promise<void> {
    const user = this.#scope.hasRole('ADMIN') ? await this.byId(this.#scope.viewer.userId) : null;
    if (!user || !isAdministrator(user)) throw refusal('FORBIDDEN', field, 'Only administrators of the organization may do this.');
  }

  async create(input: UserCreateInput): Promise<UserRow | null> {
    await this.refuseUnlessAdmin(null);
    refuseIf(createProblems(input));
    // The password is excluded from the idempotency hash: SHA-256 is fast, and would defeat the slow password hash.
    const { password, ...hashedInput } = input;
    const { email, fullName, username, role } = input;
    const orgId = this.#scope.organizationId;
    const data = { orgId, email, fullName, username, role, passwordHash: await hashPassword(password) };
    const id = await this.#refuseIfTaken(
      input,
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'userCreate', hashedInput, (id) =>
          transaction.user.create({ data: { ...data, id } }),
        ),
      ),
    );
    return this.byId(id);
  }

  async update(input: UserUpdateInput): Promise<UserRow | null> {
    refuseIf(updateProblems(input));
    const { id, fullName, username, preferences, role } = input;
    const isSelf = id.toLowerCase() === this.#scope.viewer.userId;
    if (!isSelf || role != null) await this.refuseUnlessAdmin(['input', isSelf ? 'role' : 'id']);
    const change = { fullName, username, preferences: (preferences as object | null) ?? undefined, role: role ?? undefined };
    return this.#refuseIfTaken(input, this.#change(id, change, ['input', 'role']));
  }

  async setActive(id: string, isActive: boolean): Promise<UserRow | null> {
    await this.refuseUnlessAdmin(null);
    refuseIf(idProblems(['input', 'id'], id));
    return this.#change(id, { isActive }, ['input', 'id']);
  }

  /** Changes the viewer's password. Throws RATE_LIMITED after too many attempts. */
  async changePassword(input: PasswordChangeInput): Promise<UserRow | null> {
    refuseIf(passwordProblems(['input', 'newPassword'], input.newPassword));
    return this.#attempts.count('passwordChange', this.#scope.viewer.userId, () => this.#changePassword(input));
  }

  async #changePassword({ currentPassword, newPassword }: PasswordChangeInput): Promise<UserRow | null> {
    const id = this.#scope.viewer.userId;
    const user = await this.#scope.db.user.findFirst({ where: { id, isActive: true }, select: { passwordHash: true } });
    if (!user) throw unauthenticated();
    const wrongPassword = refusal('INVALID', ['input', 'currentPassword'], 'The current password is incorrect. Enter it again.');
    if (!(await verifyPassword(user.passwordHash, currentPassword))) throw wrongPassword;
    const data = { passwordHash: await hashPassword(newPassword) };
    // Of two concurrent changes, the second finds that its current password is no longer correct.
    const { count } = await this.#scope.db.user.updateMany({ where: { id, passwordHash: user.passwordHash }, data });
    if (count === 0) throw wrongPassword;
    this.#byId.clear(id);
    return this.byId(id);
  }

  async #change(id: string, change: UserChange, field: string[]): Promise<UserRow | null> {
    await this.#scope.db.$transaction(async (transaction) => {
      if (change.role === 'MEMBER' || change.isActive === false) {
        // Locks the organization's row: if two administrators demote each other concurrently, the second waits and then sees the change.
        await transaction.organization.updateMany({ data: { updatedAt: new Date() } });
        const admins = await transaction.user.findMany({ where: { role: 'ADMIN', isActive: true }, select: { id: true }, take: 2 });
        const isLast = admins.length === 1 && admins[0]!.id === id.toLowerCase();
        if (isLast) throw refusal('CONFLICT', field, 'This is the last active administrator. Make another user an administrator first.');
      }
      const { count } = await transaction.user.updateMany({ where: { id }, data: change });
      if (count === 0) throw userNotFound();
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Turns the violation of a unique index into a Refusal that names the taken fields. */
  async #refuseIfTaken<Result>(names: { email?: string; username?: string | null }, work: Promise<Result>): Promise<Result> {
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
    const problem = (field: string): UserError => ({
      code: 'TAKEN',
      field: ['input', field],
      message: `Another user has this ${field}. Choose another ${field}.`,
    });
    return [...(taken?.email ? [problem('email')] : []), ...(taken?.username ? [problem('username')] : [])];
  }
}
