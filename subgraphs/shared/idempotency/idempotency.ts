import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../viewer/viewer.js';
import { sha256 } from '../digest/sha256.js';
import { refusal } from '../errors/user-error.js';
import { textProblems } from '../input/text.js';
import type { UserError } from '../errors/user-error.js';

interface Key {
  orgId: string;
  mutation: string;
  key: string;
  inputHash: Uint8Array<ArrayBuffer>;
  entityId: string;
}

/** The part of a subgraph's Prisma transaction that remembers keys: the model IdempotencyKey of its schema. */
interface Transaction {
  idempotencyKey: {
    createMany(args: { data: Key[]; skipDuplicates: true }): Promise<{ count: number }>;
    findFirstOrThrow(args: { where: { mutation: string; key: string } }): Promise<Key>;
  };
}

/** What is read of the keys outside a transaction. */
interface Reader {
  idempotencyKey: { findFirst(args: { where: { mutation: string; key: string } }): Promise<Key | null> };
}

const MAX_KEY_LENGTH = 200;

export const idempotencyKeyProblems = (key: string | null | undefined): UserError[] =>
  textProblems(['input', 'idempotencyKey'], key, { max: MAX_KEY_LENGTH });

/**
 * Creates an entity once per key of a user: the same key with the same input answers the id that was made the first time, with
 * another input it is refused. Runs inside the transaction of the create, so that a key is kept only for what was
 * made; of two requests at once the second waits for the first. Without a key it creates.
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
  const mutation = nameFor(name, userId);
  if (key != null) {
    const inputHash = sha256(JSON.stringify(rest));
    const { count } = await transaction.idempotencyKey.createMany({
      data: [{ orgId, mutation, key, inputHash, entityId }],
      skipDuplicates: true,
    });
    if (count === 0) {
      return resultOf(await transaction.idempotencyKey.findFirstOrThrow({ where: { mutation, key } }), inputHash);
    }
  }
  await create(entityId);
  return entityId;
}

/**
 * The id that was made the first time with this key; null where it was not used yet. For creates that do much before their
 * transaction: only `once` decides, but most retries end here.
 */
export async function findRecordedResult(
  reader: Reader,
  { userId }: Viewer,
  name: string,
  input: { idempotencyKey?: string | null },
): Promise<string | null> {
  const { idempotencyKey: key, ...rest } = input;
  const first = key == null ? null : await reader.idempotencyKey.findFirst({ where: { mutation: nameFor(name, userId), key } });
  return first && resultOf(first, sha256(JSON.stringify(rest)));
}

/** What one user made may not even exist for another who happens to send the same key. */
const nameFor = (name: string, userId: string): string => `${name} ${userId}`;

function resultOf(first: Key, inputHash: Uint8Array): string {
  if (Buffer.from(inputHash).equals(first.inputHash)) return first.entityId;
  throw refusal('CONFLICT', ['input', 'idempotencyKey'], 'This key was used before with another input.');
}
