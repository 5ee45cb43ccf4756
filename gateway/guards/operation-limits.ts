import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/** Largest number of tokens in a document. The parser stops at the first token beyond it. */
export const MAX_TOKENS = 2000;
const MAX_ALIASES = 30;
const MAX_ROOT_FIELDS = 20;
/** Largest number of fields of an operation whose fragment spreads are expanded, because the planner expands them. */
const MAX_FIELDS = 10_000;
/** Largest number of deferred fragments of an operation. A fragment counts for each spread: each is planned and fetched on its own. */
const MAX_DEFERRED = 20;

/**
 * Limits the size of an operation, so that one request cannot repeat a costly field (such as signing in) many times. An
 * instance remembers the operations that passed; the document store returns the same objects for equal documents.
 */
export class OperationLimits {
  readonly #passed = new WeakSet<OperationDefinitionNode>();

  /** Throws BAD_USER_INPUT if the operation exceeds a limit. */
  check({ document, operation }: { document: DocumentNode; operation?: OperationDefinitionNode }): void {
    if (!operation || this.#passed.has(operation)) return;
    const { selectionSet } = operation;
    const fields: Weights = { field: 1, deferredFragment: 0 };
    refuseAbove(MAX_ALIASES, 'aliases', countAliases(document));
    refuseAbove(MAX_ROOT_FIELDS, 'root fields', countSelections(document, selectionSet, fields, { includesNested: false }));
    refuseAbove(MAX_FIELDS, 'fields', countSelections(document, selectionSet, fields, { includesNested: true }));
    const deferred = countSelections(document, selectionSet, { field: 0, deferredFragment: 1 }, { includesNested: true });
    refuseAbove(MAX_DEFERRED, 'deferred fragments', deferred);
    this.#passed.add(operation);
  }
}

function refuseAbove(limit: number, what: string, count: number): void {
  if (count > limit) throw badInput(`The operation has ${count} ${what}; the limit is ${limit}. Split it into several operations.`);
}

function countAliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { [Kind.FIELD]: ({ alias }) => void (count += alias ? 1 : 0) });
  return count;
}

/** The amounts that one selection adds to a count. */
interface Weights {
  field: number;
  deferredFragment: number;
}

/**
 * Returns the weighted number of selections with all fragment spreads expanded. Each fragment is counted once and the
 * result is reused for every spread, because twenty small fragments can expand to a million fields. Fragments must not form
 * cycles, which validation ensures.
 */
function countSelections(
  document: DocumentNode,
  root: SelectionSetNode,
  weights: Weights,
  { includesNested }: { includesNested: boolean },
): number {
  const countByFragment = new Map<string, number>();
  const countFragment = (name: string): number => {
    let count = countByFragment.get(name);
    if (count === undefined) {
      const fragment = document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
      count = fragment?.kind === Kind.FRAGMENT_DEFINITION ? countSelectionSet(fragment.selectionSet) : 0;
      countByFragment.set(name, count);
    }
    return count;
  };
  const countSelectionSet = ({ selections }: SelectionSetNode): number =>
    selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet } = selection;
        return total + weights.field + (includesNested && selectionSet ? countSelectionSet(selectionSet) : 0);
      }
      const isDeferred = selection.directives?.some(({ name }) => name.value === 'defer');
      const nested =
        selection.kind === Kind.INLINE_FRAGMENT ? countSelectionSet(selection.selectionSet) : countFragment(selection.name.value);
      return total + nested + (isDeferred ? weights.deferredFragment : 0);
    }, 0);
  return countSelectionSet(root);
}
