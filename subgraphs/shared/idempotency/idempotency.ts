import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../viewer/viewer.js';
import { sha256 } from '../digest/sha256.js';
import { textProblems } from '../input/text.js';
import { quote, refusal, type UserError } from '../errors/user-error.js';

interface Key {
  orgId: string;
  mutation: string;
  key: string;
  inputHash: Uint8Array<ArrayBuffer>;
  entityId: string;
}

/** The part of a Prisma transaction that stores keys: the model IdempotencyKey, which every subgraph has. */
interface Transaction {
  idempotencyKey: {
    createMany(args: { data: Key[]; skipDuplicates: true }): Promise<{ count: number }>;
    findFirstOrThrow(args: { where: { mutation: string; key: string } }): Promise<Key>;
  };
}

/** The part of a Prisma client that reads keys outside a transaction. */
interface Reader {
  idempotencyKey: { findFirst(args: { where: { mutation: string; key: string } }): Promise<Key | null> };
}

const MAX_KEY_LENGTH = 200;

export const idempotencyKeyProblems = (key: string | null | undefined): UserError[] =>
  textProblems(['input', 'idempotencyKey'], key, { max: MAX_KEY_LENGTH });

/**
 * Creates an entity once per idempotency key of a user, after Stripe (https://docs.stripe.com/api/idempotent_requests): a repeated
 * key with the same input returns the id of the entity that the first request created; with another input it throws a CONFLICT.
 * Runs inside the transaction of the create, so that a key is stored only with its entity. Of two concurrent requests the second
 * waits for the first. Without a key it always creates.
 */
export async function idempotently(
  transaction: Transaction,
  { organizationId: orgId, userId }: Viewer,
  name: string,
  input: { idempotencyKey?: string | null },
  create: (id: string) => Promise<unknown>,
): Promise<string> {
  const { idempotencyKey: key, ...rest } = input;
  const entityId = uuidv7();
  const mutation = scopeOfKey(name, userId);
  if (key != null) {
    const inputHash = sha256(JSON.stringify(rest));
    const { count } = await transaction.idempotencyKey.createMany({
      data: [{ orgId, mutation, key, inputHash, entityId }],
      skipDuplicates: true,
    });
    if (count === 0) {
      return entityIdOf(await transaction.idempotencyKey.findFirstOrThrow({ where: { mutation, key } }), inputHash);
    }
  }
  await create(entityId);
  return entityId;
}

/**
 * Returns the id of the entity that the first request with this key created, or null if the key is new. It spares most retries
 * the work before the transaction, in which `idempotently` decides.
 */
export async function findRecordedResult(
  reader: Reader,
  { userId }: Viewer,
  name: string,
  input: { idempotencyKey?: string | null },
): Promise<string | null> {
  const { idempotencyKey: key, ...rest } = input;
  const first = key == null ? null : await reader.idempotencyKey.findFirst({ where: { mutation: scopeOfKey(name, userId), key } });
  return first && entityIdOf(first, sha256(JSON.stringify(rest)));
}

/** The keys of each user are separate: what one user created may be invisible to another who sends the same key. */
const scopeOfKey = (name: string, userId: string): string => `${name} ${userId}`;

function entityIdOf(first: Key, inputHash: Uint8Array): string {
  if (Buffer.from(inputHash).equals(first.inputHash)) return first.entityId;
  const message = `The idempotency key ${quote(first.key)} was already used with a different input. Use a new key for a new request.`;
  throw refusal('CONFLICT', ['input', 'idempotencyKey'], message);
}
