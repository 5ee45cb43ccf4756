import { isObject } from '../../shared/input/json.js';

/** A path of names as one: joined by dots, a dot or backslash of a name with a backslash before it. No two paths read alike. */
const escaped = (name: string): string => name.replace(/[\\.]/g, '\\$&');

/** The settings of an object by their paths. What is no object, or an empty one, is a setting; lists are compared whole. */
export function flatten(settings: unknown): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  const walk = (value: unknown, path: string | null) => {
    const inner = isObject(value) ? Object.entries(value) : [];
    if (path !== null && inner.length === 0) flat.set(path, value);
    for (const [name, one] of inner) walk(one, path === null ? escaped(name) : `${path}.${escaped(name)}`);
  };
  walk(settings, null);
  return flat;
}

/** A text that is the same for two JSON values exactly where they are equal, whatever the order of names. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
