import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/** Tokens of the longest document; parsing stops there. */
export const MAX_TOKENS = 2000;
const MAX_ALIASES = 30;
const MAX_ROOT_FIELDS = 20;
/** Fields of an operation with its fragments written out: that is how it is planned. */
const MAX_FIELDS = 10_000;

interface RequestContext {
  document: DocumentNode;
  operation?: OperationDefinitionNode;
}

/** Operations that are within the limits: Apollo Server gives equal documents as one object. */
const admitted = new WeakSet<OperationDefinitionNode>();

/** One request does not ask the same costly thing many times, such as to sign in. */
export function checkLimits({ document, operation }: RequestContext): void {
  if (!operation || admitted.has(operation)) return;
  if (aliases(document) > MAX_ALIASES) throw badInput(`More than ${MAX_ALIASES} aliases.`);
  if (fields(document, operation.selectionSet, false) > MAX_ROOT_FIELDS) throw badInput(`More than ${MAX_ROOT_FIELDS} root fields.`);
  if (fields(document, operation.selectionSet, true) > MAX_FIELDS) throw badInput(`More than ${MAX_FIELDS} fields.`);
  admitted.add(operation);
}

function aliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { [Kind.FIELD]: ({ alias }) => void (count += alias ? 1 : 0) });
  return count;
}

/**
 * How many fields a selection has, through its fragments, and where `isDeep` with those below them; validation has refused
 * fragments that go round in circles. A fragment is counted once and its number used wherever it is spread: twenty
 * fragments can stand for a million fields.
 */
function fields(document: DocumentNode, root: SelectionSetNode, isDeep: boolean): number {
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    let count = known.get(name);
    if (count === undefined) {
      const fragment = document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
      known.set(name, (count = fragment?.kind === Kind.FRAGMENT_DEFINITION ? below(fragment.selectionSet) : 0));
    }
    return count;
  };
  const below = ({ selections }: SelectionSetNode): number =>
    selections.reduce((count, selection) => {
      if (selection.kind === Kind.FIELD) return count + 1 + (isDeep && selection.selectionSet ? below(selection.selectionSet) : 0);
      return count + (selection.kind === Kind.INLINE_FRAGMENT ? below(selection.selectionSet) : ofFragment(selection.name.value));
    }, 0);
  return below(root);
}
