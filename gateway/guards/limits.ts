import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/** Tokens of the longest document; parsing stops there. */
export const MAX_TOKENS = 2000;
const MAX_ALIASES = 30;
const MAX_ROOT_FIELDS = 20;
/** Fields of an operation with its fragments written out: that is how it is planned. */
const MAX_FIELDS = 10_000;
/** Deferred fragments of an operation, wherever they are spread: each is planned and fetched for itself. */
const MAX_DEFERRED = 20;

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
  if (count(document, operation.selectionSet, { fields: 1, isDeep: false }) > MAX_ROOT_FIELDS)
    throw badInput(`More than ${MAX_ROOT_FIELDS} root fields.`);
  if (count(document, operation.selectionSet, { fields: 1, isDeep: true }) > MAX_FIELDS) throw badInput(`More than ${MAX_FIELDS} fields.`);
  if (count(document, operation.selectionSet, { deferred: 1, isDeep: true }) > MAX_DEFERRED)
    throw badInput(`More than ${MAX_DEFERRED} deferred fragments.`);
  admitted.add(operation);
}

function aliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { [Kind.FIELD]: ({ alias }) => void (count += alias ? 1 : 0) });
  return count;
}

interface Counted {
  /** What a field counts. */
  fields?: number;
  /** What a fragment with `@defer` counts. */
  deferred?: number;
  /** Whether what is below fields counts too. */
  isDeep: boolean;
}

/**
 * How many fields or deferred fragments a selection has, through its fragments; validation has refused fragments that go
 * round in circles. A fragment is counted once and its number used wherever it is spread: twenty fragments can stand for a
 * million fields.
 */
function count(document: DocumentNode, root: SelectionSetNode, { fields = 0, deferred = 0, isDeep }: Counted): number {
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    let total = known.get(name);
    if (total === undefined) {
      const fragment = document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
      known.set(name, (total = fragment?.kind === Kind.FRAGMENT_DEFINITION ? below(fragment.selectionSet) : 0));
    }
    return total;
  };
  const below = ({ selections }: SelectionSetNode): number =>
    selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return total + fields + (isDeep && selection.selectionSet ? below(selection.selectionSet) : 0);
      const own = selection.directives?.some(({ name }) => name.value === 'defer') ? deferred : 0;
      return total + own + (selection.kind === Kind.INLINE_FRAGMENT ? below(selection.selectionSet) : ofFragment(selection.name.value));
    }, 0);
  return below(root);
}
