import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';

/** The minimum that OWASP's Password Storage Cheat Sheet recommends for argon2id, the library's default: 19 MiB, 2 iterations, 1 lane. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

const RANDOM_PASSWORD_BYTES = 18;

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> => verify(passwordHash, password);

/** True if the hash was made with a lower cost than today's. */
export function needsRehash(passwordHash: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
  return memoryCost < COST.memoryCost || timeCost < COST.timeCost || parallelism < COST.parallelism;
}

/** Generates a password for an account whose user will change it. */
export const randomPassword = (): string => randomBytes(RANDOM_PASSWORD_BYTES).toString('base64url');
