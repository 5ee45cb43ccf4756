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

const MAX_KEY_LENGTH = 200;

export const idempotencyKeyProblems = (key: string | null | undefined): UserError[] =>
  textProblems(['input', 'idempotencyKey'], key, { max: MAX_KEY_LENGTH });

/** What remembers keys, outside of a transaction too. */
interface Keys {
  idempotencyKey: { findFirst(args: { where: { mutation: string; key: string } }): Promise<Key | null> };
}

/**
 * The id that was made with this key and input before; null where there is none. For creates that do costly work before their
 * transaction: `once` inside it still decides.
 */
export async function madeBefore(
  database: Keys,
  { userId }: Viewer,
  name: string,
  input: { idempotencyKey?: string | null },
): Promise<string | null> {
  const { idempotencyKey: key, ...rest } = input;
  const made = key == null ? null : await database.idempotencyKey.findFirst({ where: { mutation: `${name} ${userId}`, key } });
  return made && sameEntity(made, sha256(JSON.stringify(rest)));
}

function sameEntity(made: Key, inputHash: Uint8Array): string {
  if (Buffer.from(inputHash).equals(made.inputHash)) return made.entityId;
  throw refusal('CONFLICT', ['input', 'idempotencyKey'], 'This key was used before with another input.');
}

/**
 * Creates an entity once per key of a user: the same key with the same input answers the id that was made the first time, with
 * another input it is refused. Runs inside the transaction of the create, so that a key is kept only for what was
 * made; of two requests at once the second waits for the first. Without a key it creates.
 */
export async function once(
  transaction: Transaction,
  { organizationId: orgId, userId }: Viewer,
  name: string,
  input: { idempotencyKey?: string | null },
  create: (id: string) => Promise<unknown>,
): Promise<string> {
  const { idempotencyKey: key, ...rest } = input;
  const entityId = uuidv7();
  // What one user made may not even exist for another who happens to send the same key.
  const mutation = `${name} ${userId}`;
  if (key != null) {
    const inputHash = sha256(JSON.stringify(rest));
    const { count } = await transaction.idempotencyKey.createMany({
      data: [{ orgId, mutation, key, inputHash, entityId }],
      skipDuplicates: true,
    });
    if (count === 0) {
      return sameEntity(await transaction.idempotencyKey.findFirstOrThrow({ where: { mutation, key } }), inputHash);
    }
  }
  await create(entityId);
  return entityId;
}
