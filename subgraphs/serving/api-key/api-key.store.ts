import { raw, sqltag as sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  ApiKeyCreateInput,
  ApiKeyFilter,
  ApiKeyOrderField,
  ApiKeyRotateInput,
  ApiKeyScope,
  ApiKeyUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type ApiKey, type PrismaClient } from '../generated/prisma/client.js';
import { isApiKeyActive } from '../identity/api-key-active.js';
import type { ApiKeyTokens } from '../identity/api-key-token.js';
import type { CredentialAttempts } from '../identity/credential-attempts.js';
import type { UserStore } from '../user/user.store.js';
import { createProblems, exceedsScopes, overlapEnd, rotateProblems, successorExpiry, updateProblems } from './api-key.rules.js';

/** An API key without its digest. api-key.rules.ts has validated the scopes. */
export type ApiKeyRow = Omit<ApiKey, 'tokenHash' | 'scopes'> & { scopes: ApiKeyScope[] };
export type ApiKeyPage = Connection<ApiKeyRow>;
export type ApiKeyArguments = ConnectionArguments<ApiKeyFilter, ApiKeyOrderField>;

/** The result of creating a key. The token is null if an earlier request with the same idempotency key created it. */
export interface IssuedApiKey {
  apiKey: ApiKeyRow | null;
  token: string | null;
}

const definition: ConnectionDefinition<ApiKeyRow, ApiKeyFilter, ApiKeyOrderField> = {
  table: tableOf('api_keys', Prisma.ApiKeyScalarFieldEnum, ['tokenHash']),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    NAME: { field: 'name', type: 'text' },
    LAST_USED_AT: { field: 'lastUsedAt', type: 'timestamptz', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    activeCondition(filter.isActive),
    equals('userId', filter.userId == null ? null : parseId(filter.userId, 'userId'), 'uuid'),
  ],
};

/** Builds the SQL condition that is equivalent to `isApiKeyActive`. */
const activeCondition = (isActive: boolean | null | undefined): Condition =>
  isActive == null ? null : sql`(row.revoked_at IS NULL AND (row.expires_at IS NULL OR row.expires_at > now())) = ${raw(String(isActive))}`;

const apiKeyNotFound = () =>
  refusal(
    'NOT_FOUND',
    ['input', 'id'],
    'No API key with this id exists, or it is not yours. Only administrators can use the keys of other users.',
  );

export class ApiKeyStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #users: UserStore;
  readonly #tokens: ApiKeyTokens;
  readonly #attempts: CredentialAttempts;
  readonly #byId: RowLoader<ApiKeyRow>;
  readonly #pages: Pages<ApiKeyRow, ApiKeyFilter, ApiKeyOrderField>;

  constructor(scope: Scope<PrismaClient>, users: UserStore, tokens: ApiKeyTokens, attempts: CredentialAttempts) {
    this.#scope = scope;
    this.#users = users;
    this.#tokens = tokens;
    this.#attempts = attempts;
    this.#byId = new RowLoader(
      async (ids) => (await scope.db.apiKey.findMany({ where: { id: { in: ids } }, omit: { tokenHash: true } })) as ApiKeyRow[],
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
  }

  /** Returns the key if the viewer may see it. */
  async byId(id: string): Promise<ApiKeyRow | null> {
    const apiKey = await this.#byId.load(id);
    return apiKey && this.#maySeeKeysOf(apiKey.userId) ? apiKey : null;
  }

  /** Returns a page of all keys that the viewer may see. */
  page(args: ApiKeyArguments): ApiKeyPage {
    return this.#scope.hasRole('ADMIN') ? this.#pages.all(args) : this.#pages.of({ field: 'userId', id: this.#scope.viewer.userId }, args);
  }

  /** Returns a page of a user's keys, or null if the viewer may not see them. */
  ofUser(userId: string, args: ApiKeyArguments): ApiKeyPage | null {
    return this.#maySeeKeysOf(userId) ? this.#pages.of({ field: 'userId', id: userId }, args) : null;
  }

  #maySeeKeysOf(userId: string): boolean {
    return userId === this.#scope.viewer.userId || this.#scope.hasRole('ADMIN');
  }

  /** Creates a key. Throws RATE_LIMITED after too many. */
  create(input: ApiKeyCreateInput): Promise<IssuedApiKey> {
    return this.#attempts.count('apiKeyIssue', this.#scope.viewer.userId, () => this.#create(input));
  }

  async #create(input: ApiKeyCreateInput): Promise<IssuedApiKey> {
    const { organizationId: orgId, userId, scopes: ownScopes } = this.#scope.viewer;
    refuseIf(createProblems(input, ownScopes, new Date()));
    await this.#refuseUnlessActive();
    const { name, scopes, expiresAt } = input;
    const { token, ...secret } = this.#tokens.issue();
    let isNew = false;
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'apiKeyCreate', input, (id) => {
        isNew = true;
        return transaction.apiKey.create({ data: { ...secret, orgId, id, userId, name, scopes, expiresAt } });
      }),
    );
    return { apiKey: await this.byId(id), token: isNew ? token : null };
  }

  async update(input: ApiKeyUpdateInput): Promise<ApiKeyRow | null> {
    refuseIf(updateProblems(input));
    const { id } = await this.#visibleKey(input.id);
    await this.#scope.db.apiKey.updateMany({ where: { id }, data: { name: input.name } });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Replaces a key. Throws RATE_LIMITED after too many. */
  rotate(input: ApiKeyRotateInput): Promise<IssuedApiKey> {
    return this.#attempts.count('apiKeyIssue', this.#scope.viewer.userId, () => this.#rotate(input));
  }

  /** Replaces a key of the viewer. Only the key's own user may do so, because anyone who has the new token acts as that user. */
  async #rotate(input: ApiKeyRotateInput): Promise<IssuedApiKey> {
    refuseIf(rotateProblems(input));
    const { organizationId: orgId, userId, scopes: ownScopes } = this.#scope.viewer;
    const old = await this.#visibleKey(input.id);
    if (old.userId !== userId) throw refusal('FORBIDDEN', ['input', 'id'], 'Only the user of an API key can rotate it. Revoke it instead.');
    if (exceedsScopes(ownScopes, old.scopes))
      throw refusal(
        'FORBIDDEN',
        ['input', 'id'],
        'This API key has scopes that your own credential does not have. Use a credential that has them.',
      );
    await this.#refuseUnlessActive();
    const now = new Date();
    const notRotatable = refusal('CONFLICT', ['input', 'id'], 'This API key is revoked, expired or already rotated. Create a new one.');
    if (!isApiKeyActive(old, now) || old.rotatedAt) throw notRotatable;
    const { token, ...secret } = this.#tokens.issue();
    const { name, scopes, expiresAt } = old;
    const id = await this.#scope.db.$transaction(async (transaction) => {
      // Of two concurrent rotations, the second finds the key already rotated.
      const where = { id: old.id, revokedAt: null, rotatedAt: null };
      const { count } = await transaction.apiKey.updateMany({
        where,
        data: { rotatedAt: now, expiresAt: overlapEnd(expiresAt, input.overlapSeconds, now) },
      });
      if (count === 0) throw notRotatable;
      const data = { ...secret, orgId, userId, name, scopes, createdAt: now, expiresAt: successorExpiry(old, now) };
      return (await transaction.apiKey.create({ data, select: { id: true } })).id;
    });
    this.#byId.clear(old.id);
    return { apiKey: await this.byId(id), token };
  }

  async revoke(id: string): Promise<ApiKeyRow | null> {
    refuseIf(idProblems(['input', 'id'], id));
    const apiKey = await this.#visibleKey(id);
    await this.#scope.db.apiKey.updateMany({ where: { id: apiKey.id, revokedAt: null }, data: { revokedAt: new Date() } });
    this.#byId.clear(apiKey.id);
    return this.byId(apiKey.id);
  }

  async #visibleKey(id: string): Promise<ApiKeyRow> {
    const apiKey = await this.byId(id);
    if (!apiKey) throw apiKeyNotFound();
    return apiKey;
  }

  /** Throws Refusal for a deactivated user. A session token stays valid for up to 15 minutes after that; a key would stay valid longer. */
  async #refuseUnlessActive(): Promise<void> {
    const { isActive } = await this.#users.viewer();
    if (!isActive) throw refusal('FORBIDDEN', null, 'Your account is deactivated. Ask an administrator to activate it.');
  }
}
