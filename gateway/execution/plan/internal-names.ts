import { Kind, print, visit, type DocumentNode, type FieldNode } from 'graphql';
import { RESERVED_KEY } from '../../planning/planner.js';
import { isInherited } from '../../json.js';
import type { PlannerNames } from './planner-names.js';

/** Variables that plans and requests add, and the names that take their place. */
const RESERVED_VARIABLES = /^(representations|contextualArgument|_\d|client_)/;

/** A client's document as it is planned, and what its names mean. */
export interface InternalDocument {
  document: DocumentNode;
  /** The response keys in it of the client's fields, where they differ. */
  keys: ReadonlyMap<FieldNode, string>;
  /** The client's variable for one of the document, where they differ. */
  variables: ReadonlyMap<string, string>;
}

/**
 * Renames response keys so that in the whole document each stands for one field with one list of arguments, and none for a
 * field that a plan asks for by itself (`id: name` would take the place of a key, `price(in: EUR)` that of a required
 * `price`). Two fields of one response key, which GraphQL allows under different types, so never meet in one object.
 * Where nothing could clash, names stay as they are.
 */
export function internalNames(document: DocumentNode, planner: PlannerNames): InternalDocument {
  const meanings = new Map<string, string>();
  const keys = new Map<FieldNode, string>();
  const variables = new Map<string, string>();

  const keyOf = (node: FieldNode): string => {
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    const meaning = `${key}:${name}(${(node.arguments ?? []).map(print).sort().join()})`;
    const candidates = function* (): Generator<string> {
      if (!isTaken(key, name, planner)) yield key;
      for (let number = 1; ; number++) yield `${key.replace(/^_+/, '')}__${number}`;
    };
    for (const candidate of candidates()) {
      if (candidate !== key && planner.fields.has(candidate)) continue;
      const known = meanings.get(candidate);
      if (known !== undefined && known !== meaning) continue;
      meanings.set(candidate, meaning);
      if (candidate !== key) keys.set(node, candidate);
      return candidate;
    }
    throw new Error('unreachable');
  };

  const renamed = visit(document, {
    Field(node) {
      // The executor knows the type's name, whatever it is to be called.
      const key = node.name.value === '__typename' ? '__typename' : keyOf(node);
      const alias = key === node.name.value ? undefined : ({ kind: Kind.NAME, value: key } as const);
      return alias?.value === node.alias?.value ? undefined : { ...node, alias };
    },
    Variable(node) {
      if (!RESERVED_VARIABLES.test(node.name.value)) return undefined;
      variables.set(`client_${node.name.value}`, node.name.value);
      return { ...node, name: { ...node.name, value: `client_${node.name.value}` } };
    },
  });
  return { document: renamed, keys, variables };
}

/** Whether a key may meet another meaning than the client's: of a field that plans ask for, or of what objects inherit. */
function isTaken(key: string, name: string, { asked, withArguments }: PlannerNames): boolean {
  return isInherited(key) || key.startsWith(RESERVED_KEY) || (asked.has(key) && (key !== name || withArguments.has(name)));
}
