import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';

/** OWASP's smallest advice for argon2id (the package's default algorithm): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> => verify(passwordHash, password);

/** True for a hash that was made when the cost was lower. */
export function isCheap(passwordHash: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
  return memoryCost < COST.memoryCost || timeCost < COST.timeCost || parallelism < COST.parallelism;
}

/** A password for somebody who will change it. */
export const randomPassword = (): string => randomBytes(18).toString('base64url');

/** A hash that no password has: verified for users that do not exist, so that they take as long as those that do. */
export const decoyHash: Promise<string> = hashPassword(randomPassword());
