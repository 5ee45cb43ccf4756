import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { ApiKeyCreateInput, ApiKeyRotateInput, ApiKeyUpdateInput } from '../generated/graphql.js';
import type { ApiKey } from '../generated/prisma/client.js';

const MAX_NAME_LENGTH = 255;
const MAX_OVERLAP_SECONDS = 86_400;

/** Validates a new key. `ownScopes` are the scopes of the credential that creates it. */
export const createProblems = (input: ApiKeyCreateInput, ownScopes: readonly string[], now: Date): UserError[] => [
  ...nameProblems(input.name),
  ...scopeProblems(input.scopes, ownScopes),
  ...(input.expiresAt && input.expiresAt <= now
    ? [
        {
          code: 'INVALID' as const,
          field: ['input', 'expiresAt'],
          message: `expiresAt must be in the future; got ${input.expiresAt.toISOString()}.`,
        },
      ]
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
      message: `overlapSeconds must be between 0 and ${MAX_OVERLAP_SECONDS}; got ${overlapSeconds}.`,
    });
  }
  return problems;
}

const nameProblems = (name: string): UserError[] => textProblems(['input', 'name'], name, { max: MAX_NAME_LENGTH });

function scopeProblems(scopes: readonly string[], ownScopes: readonly string[]): UserError[] {
  if (scopes.length === 0) return [{ code: 'BLANK', field: ['input', 'scopes'], message: 'Give at least one scope.' }];
  return scopes.flatMap((scope, index): UserError[] => {
    const field = ['input', 'scopes', String(index)];
    if (scopes.indexOf(scope) < index)
      return [{ code: 'INVALID', field, message: `The scope ${scope} is given twice. Give each scope once.` }];
    if (exceedsScopes(ownScopes, [scope]))
      return [{ code: 'FORBIDDEN', field, message: `Your own credential does not have the scope ${scope}. Use a credential that has it.` }];
    return [];
  });
}

/** True if one of the scopes is not among the credential's own. A credential without scopes is not limited. */
export const exceedsScopes = (ownScopes: readonly string[], scopes: readonly string[]): boolean =>
  ownScopes.length > 0 && scopes.some((scope) => !ownScopes.includes(scope));

/** Returns the expiry of a key that replaces another now: it has the same lifetime as the old key had when it was created. */
export const successorExpiry = ({ createdAt, expiresAt }: Pick<ApiKey, 'createdAt' | 'expiresAt'>, now: Date): Date | null =>
  expiresAt && new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime());

/** Returns the time when a rotated key stops working: after the overlap, or at its own expiry if that is earlier. */
export function overlapEnd(expiresAt: Date | null, overlapSeconds: number, now: Date): Date {
  const end = new Date(now.getTime() + overlapSeconds * 1000);
  return expiresAt && expiresAt < end ? expiresAt : end;
}
