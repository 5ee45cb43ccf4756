import { Kind, print, visit, type DocumentNode, type FieldNode } from 'graphql';
import { isInherited } from '../../json.js';
import { RESERVED_KEY_PREFIX } from '../../planning/planner.js';
import type { SupergraphFieldNames } from './supergraph-field-names.js';

/** The names of variables that plans and requests add, and the prefix that renamed variables of clients get. */
const RESERVED_VARIABLES = /^(representations|contextualArgument|_\d|client_|literal_)/;

/** A client's document in the form in which it is planned. */
export interface PlannableDocument {
  document: DocumentNode;
  /** The response keys of the client's fields in the document, for the fields whose key was changed. */
  responseKeys: ReadonlyMap<FieldNode, string>;
  /** The client's names of the variables whose name was changed, by the new name. */
  clientVariables: ReadonlyMap<string, string>;
}

/**
 * Renames response keys so that each key means one field with one list of arguments in the whole document, and never a field
 * that plans select themselves: with `id: name` the name would be used as the entity's key, and with `price(in: EUR)` that
 * price as the one that a `@requires` reads. Two fields with one response key, which GraphQL allows on different types, then
 * never meet in one object. Names that cannot conflict are not changed.
 */
export function renameForPlanning(document: DocumentNode, fieldNames: SupergraphFieldNames): PlannableDocument {
  /** The field and arguments that each response key stands for. */
  const meanings = new Map<string, string>();
  const responseKeys = new Map<FieldNode, string>();
  const clientVariables = new Map<string, string>();

  const keyOf = (node: FieldNode): string => {
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    const meaning = `${key}:${name}(${(node.arguments ?? []).map(print).sort().join()})`;
    const candidates = function* (): Generator<string> {
      if (!mustRename(key, name, fieldNames)) yield key;
      for (let number = 1; ; number++) yield `${key.replace(/^_+/, '')}__${number}`;
    };
    for (const candidate of candidates()) {
      if (candidate !== key && fieldNames.fields.has(candidate)) continue;
      const known = meanings.get(candidate);
      if (known !== undefined && known !== meaning) continue;
      meanings.set(candidate, meaning);
      if (candidate !== key) responseKeys.set(node, candidate);
      return candidate;
    }
    throw new Error('unreachable');
  };

  const renamed = visit(document, {
    Field(node) {
      // Fetched objects always have their `__typename` under this key; the response uses the client's alias.
      const key = node.name.value === '__typename' ? '__typename' : keyOf(node);
      const alias = key === node.name.value ? undefined : ({ kind: Kind.NAME, value: key } as const);
      return alias?.value === node.alias?.value ? undefined : { ...node, alias };
    },
    Variable(node) {
      if (!RESERVED_VARIABLES.test(node.name.value)) return undefined;
      clientVariables.set(`client_${node.name.value}`, node.name.value);
      return { ...node, name: { ...node.name, value: `client_${node.name.value}` } };
    },
  });
  return { document: renamed, responseKeys, clientVariables };
}

/**
 * True if a plan may use the response key for another field or other arguments, or if objects inherit a property of that
 * name.
 */
function mustRename(key: string, name: string, { requestedByPlans, withArguments }: SupergraphFieldNames): boolean {
  if (isInherited(key) || key.startsWith(RESERVED_KEY_PREFIX)) return true;
  return requestedByPlans.has(key) && (key !== name || withArguments.has(name));
}
