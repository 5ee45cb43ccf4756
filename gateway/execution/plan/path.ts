import type { Json, JsonObject } from '../../json.js';
import { isInherited, ownValue } from '../../json.js';

/**
 * A place of the answer, as the planner says it: response keys, `@` for the items of a list, and type conditions such as
 * `@|[Book,Film]`. Lists are walked through wherever they are, so only keys and conditions are kept.
 */
export interface PathStep {
  key: string;
  isInherited: boolean;
  /** Objects of other types are passed by. */
  types: ReadonlySet<string> | null;
}

export function readPath(path: readonly (string | number)[]): PathStep[] {
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

/** An object of the answer, and the slot that holds it. */
export interface Position {
  object: JsonObject;
  holder: JsonObject | Json[];
  key: string | number;
}

/** Calls back with every object at the path, list items one by one; nulls are passed by. */
export function eachPosition(
  root: JsonObject,
  steps: readonly PathStep[],
  found: (object: JsonObject, holder: JsonObject | Json[], key: string | number) => void,
): void {
  const enter = (parent: JsonObject, depth: number): void => {
    const { key, isInherited } = steps[depth]!;
    visit(isInherited ? ownValue(parent, key) : parent[key], depth, parent, key);
  };
  const visit = (value: Json | undefined, depth: number, holder: JsonObject | Json[], key: string | number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) visit(value[index], depth, value, index);
      return;
    }
    const { types } = steps[depth]!;
    if (types && !types.has(value.__typename as string)) return;
    if (depth + 1 < steps.length) enter(value, depth + 1);
    else found(value, holder, key);
  };
  if (steps.length > 0) enter(root, 0);
}

/** As `eachPosition`, with the path of each object in the client's response and the objects above it, nearest last. */
export function tracePositions(
  root: JsonObject,
  steps: readonly PathStep[],
  found: (object: JsonObject, path: readonly (string | number)[], above: readonly JsonObject[]) => void,
): void {
  const path: (string | number)[] = [];
  const above: JsonObject[] = [];
  const enter = (parent: JsonObject, depth: number): void => {
    if (depth === steps.length) return found(parent, path, above);
    const { key } = steps[depth]!;
    above.push(parent);
    path.push(key);
    visit(ownValue(parent, key), depth);
    path.pop();
    above.pop();
  };
  const visit = (value: Json | undefined, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
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
