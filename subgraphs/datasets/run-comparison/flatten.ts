import { isObject } from '../../shared/input/json.js';

/** Escapes dots and backslashes in a name, so that different paths of names have different texts when joined by dots. */
const escapeName = (name: string): string => name.replace(/[\\.]/g, '\\$&');

/** Returns the leaves of nested objects by their paths. A list or an empty object is a leaf. */
export function flatten(value: unknown): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  const walk = (node: unknown, path: string | null) => {
    const children = isObject(node) ? Object.entries(node) : [];
    if (path !== null && children.length === 0) flat.set(path, node);
    for (const [name, child] of children) walk(child, path === null ? escapeName(name) : `${path}.${escapeName(name)}`);
  };
  walk(value, null);
  return flat;
}

/** Returns JSON with sorted keys, which is equal for two values exactly if they are equal apart from the order of keys. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
