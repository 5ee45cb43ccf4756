import type { JWTPayload } from 'jose';

/** The claims of a verified token. */
export type Claims = Readonly<JWTPayload>;

/** Returns the value of a claim. A name with dots that is no claim itself is a path: `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), claims);
}

/** Returns a claim as text; lists and objects are JSON. Null for a claim that is missing or null. */
export function claimText(claims: Claims, name: string): string | null {
  const value = claimAt(claims, name) ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Returns the names in a claim: the words of a string, or the strings of a list. Empty for any other value. */
export function claimNames(claims: Claims, name: string): readonly string[] {
  const value = claimAt(claims, name);
  if (typeof value === 'string') return value.split(/\s+/).filter(Boolean);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
