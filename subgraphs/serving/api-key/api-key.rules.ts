import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { ApiKeyCreateInput, ApiKeyRotateInput, ApiKeyUpdateInput } from '../generated/graphql.js';
import type { ApiKey } from '../generated/prisma/client.js';

const MAX_NAME_LENGTH = 255;
const MAX_OVERLAP_SECONDS = 86_400;

/** Whether the key is neither revoked nor expired. */
export const isActive = ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > now);

/** What is wrong with a new key. `own` are the scopes of who makes it. */
export const createProblems = (input: ApiKeyCreateInput, own: readonly string[], now: Date): UserError[] => [
  ...nameProblems(input.name),
  ...scopeProblems(input.scopes, own),
  ...(input.expiresAt && input.expiresAt <= now
    ? [{ code: 'INVALID' as const, field: ['input', 'expiresAt'], message: 'This is not in the future.' }]
    : []),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = ({ id, name }: ApiKeyUpdateInput): UserError[] => [...idProblems(['input', 'id'], id), ...nameProblems(name)];

export function rotateProblems({ id, overlapSeconds }: ApiKeyRotateInput): UserError[] {
  const problems = idProblems(['input', 'id'], id);
  if (overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP_SECONDS) {
    problems.push({
      code: 'INVALID',
      field: ['input', 'overlapSeconds'],
      message: `An overlap lasts 0 to ${MAX_OVERLAP_SECONDS} seconds.`,
    });
  }
  return problems;
}

const nameProblems = (name: string): UserError[] => textProblems(['input', 'name'], name, { max: MAX_NAME_LENGTH });

function scopeProblems(scopes: readonly string[], own: readonly string[]): UserError[] {
  if (scopes.length === 0) return [{ code: 'BLANK', field: ['input', 'scopes'], message: 'A key without a scope opens nothing.' }];
  return scopes.flatMap((scope, index): UserError[] => {
    const field = ['input', 'scopes', String(index)];
    if (scopes.indexOf(scope) < index) return [{ code: 'INVALID', field, message: `${scope} is listed twice.` }];
    if (exceeds(own, [scope])) return [{ code: 'FORBIDDEN', field, message: `Your own credential may not ${scope}.` }];
    return [];
  });
}

/** Whether one of the scopes is beyond the credential's own, which limit nothing where there are none. */
export const exceeds = (own: readonly string[], scopes: readonly string[]): boolean =>
  own.length > 0 && scopes.some((scope) => !own.includes(scope));

/** When the successor of a key expires that is replaced now: it lives as long as the old one was meant to. */
export const successorExpiry = ({ createdAt, expiresAt }: Pick<ApiKey, 'createdAt' | 'expiresAt'>, now: Date): Date | null =>
  expiresAt && new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime());

/** When a key that is replaced now stops working: after the overlap, unless it would have stopped before. */
export function overlapEnd(expiresAt: Date | null, overlapSeconds: number, now: Date): Date {
  const end = new Date(now.getTime() + overlapSeconds * 1000);
  return expiresAt && expiresAt < end ? expiresAt : end;
}
