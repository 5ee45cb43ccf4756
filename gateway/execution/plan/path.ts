import { isInherited, JsonNumber, ownValue, type Json, type JsonObject } from '../../json.js';

/**
 * One response key of a path in a plan. The planner writes such a path as response keys, `@` for the items of a list, and
 * type conditions such as `@|[Book,Film]`. Only keys and type conditions are kept, because lists are always descended into.
 */
export interface PathStep {
  key: string;
  /** True if plain objects inherit a property of this name, such as `constructor`. */
  isInherited: boolean;
  /** The types of the objects that the path leads to; null for all. Objects of other types are skipped. */
  types: ReadonlySet<string> | null;
}

/** Parses a path of a plan. */
export function parsePath(path: readonly (string | number)[]): PathStep[] {
  const steps: PathStep[] = [];
  for (const element of path) {
    const [name, conditions] = String(element).split('|') as [string, string?];
    if (name !== '@' && name !== '') steps.push({ key: name, isInherited: isInherited(name), types: null });
    const last = steps.at(-1);
    if (conditions && last) last.types = intersection(last.types, conditions.slice(1, -1).split(','));
  }
  return steps;
}

const intersection = (types: ReadonlySet<string> | null, names: string[]): ReadonlySet<string> =>
  new Set(types ? names.filter((name) => types.has(name)) : names);

/**
 * Calls back with every object at a path of the data, and with the object or list that contains it. Items of lists are visited
 * one by one; nulls are skipped. The callback may replace the object in its container.
 */
export function forEachObjectAt(
  root: JsonObject,
  steps: readonly PathStep[],
  callback: (object: JsonObject, container: JsonObject | Json[], key: string | number) => void,
): void {
  const enter = (parent: JsonObject, depth: number): void => {
    const { key, isInherited } = steps[depth]!;
    visit(isInherited ? ownValue(parent, key) : parent[key], depth, parent, key);
  };
  const visit = (value: Json | undefined, depth: number, container: JsonObject | Json[], key: string | number): void => {
    if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) visit(value[index], depth, value, index);
      return;
    }
    const { types } = steps[depth]!;
    if (types && !types.has(value.__typename as string)) return;
    if (depth + 1 < steps.length) enter(value, depth + 1);
    else callback(value, container, key);
  };
  if (steps.length > 0) enter(root, 0);
}

/**
 * Calls back with every object at a path of the data, with the object's own path (list indices included) and with its
 * ancestors, nearest last. Both arrays are reused for the next object.
 */
export function forEachObjectWithPath(
  root: JsonObject,
  steps: readonly PathStep[],
  callback: (object: JsonObject, path: readonly (string | number)[], ancestors: readonly JsonObject[]) => void,
): void {
  const path: (string | number)[] = [];
  const ancestors: JsonObject[] = [];
  const enter = (parent: JsonObject, depth: number): void => {
    if (depth === steps.length) return callback(parent, path, ancestors);
    const { key } = steps[depth]!;
    ancestors.push(parent);
    path.push(key);
    visit(ownValue(parent, key), depth);
    path.pop();
    ancestors.pop();
  };
  const visit = (value: Json | undefined, depth: number): void => {
    if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return;
    if (!Array.isArray(value)) {
      const { types } = steps[depth]!;
      if (!types || types.has(value.__typename as string)) enter(value, depth + 1);
      return;
    }
    for (const [index, item] of value.entries()) {
      path.push(index);
      visit(item, depth);
      path.pop();
    }
  };
  enter(root, 0);
}
