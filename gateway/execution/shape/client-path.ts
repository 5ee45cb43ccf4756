import { isObjectType, type GraphQLCompositeType, type GraphQLSchema } from 'graphql';
import { isObject, ownValue, type Json, type JsonObject } from '../json.js';
import type { Output, OutputField, Selection } from './selection.js';

type Path = readonly (string | number)[];

/**
 * An error's path as the client sees it: with the client's response keys. Subgraphs are asked for more than the client wants
 * (keys, and what `@requires` names): an error there is the client's only where something that the client selected is not
 * there for it, and has the path of that object; undefined otherwise.
 */
export function clientPath(
  schema: GraphQLSchema,
  path: Path,
  root: { data: JsonObject; typename: string; selection: Selection },
): Path | undefined {
  const seen: (string | number)[] = [];
  let value: Json | undefined = root.data;
  let typenames: readonly string[] = [root.typename];
  let selection: Selection | null = root.selection;
  for (const key of path) {
    if (typeof key === 'number') {
      seen.push(key);
      value = Array.isArray(value) ? value[key] : undefined;
      if (selection && isObject(value) && typeof value.__typename === 'string' && typenames.length > 1) typenames = [value.__typename];
      continue;
    }
    const field = fieldOf(selection, typenames, key);
    if (!field) return lacks(value, selection, typenames) ? seen : undefined;
    seen.push(field.key);
    value = isObject(value) ? ownValue(value, key) : undefined;
    const composite = field.output && compositeOf(field.output);
    selection = composite?.selection ?? null;
    typenames = composite ? possibleTypes(schema, composite.type, value) : [];
  }
  return seen;
}

/** Whether an object, or a field of it that the client selected, is missing. */
const lacks = (value: Json | undefined, selection: Selection | null, typenames: readonly string[]): boolean =>
  !isObject(value) ||
  typenames.some((typename) => selection?.fields(typename)?.some(({ output, source }) => output && value[source] === undefined));

function fieldOf(selection: Selection | null, typenames: readonly string[], key: string): OutputField | undefined {
  for (const typename of typenames) {
    const field = selection?.fields(typename)?.find(({ source }) => source === key);
    if (field) return field;
  }
  return undefined;
}

function compositeOf(output: Output): (Output & { kind: 'object' }) | null {
  if (output.kind === 'list') return compositeOf(output.item);
  return output.kind === 'object' ? output : null;
}

/** The type that an object says to be of, or all that it could be of. */
function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType, value: Json | undefined): string[] {
  if (isObjectType(type)) return [type.name];
  // An interface object says the interface's name where its type could not be had.
  if (isObject(value) && typeof value.__typename === 'string' && isObjectType(schema.getType(value.__typename))) return [value.__typename];
  return [...schema.getPossibleTypes(type).map(({ name }) => name), type.name];
}
