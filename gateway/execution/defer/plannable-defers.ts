import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { deferDirective, activeDeferLabel, isDefer } from '../plan/defer-labels.js';

/** An operation whose deferred fragments the planner can tell apart. */
export interface PlannableDefers {
  /** The operation, with inline fragments in the place of fragment spreads. */
  document: DocumentNode;
  /** The labels in the plan of each deferred fragment, by `fragmentKey`: several if it is spread more than once at one path. */
  planLabels: ReadonlyMap<string, readonly string[]>;
}

/** Returns the key of a deferred fragment in `planLabels`. `path` is its response path in the plan, as keys joined by dots. */
export const fragmentKey = (label: string, path: string): string => `${label} ${path}`;

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Prepares the deferred fragments of an operation for the planner. Each active `@defer` gets a label of its own at each path
 * where it is spread, because the planner merges fragments with equal labels; other `@defer` directives are removed. The
 * client's type condition goes to a fragment within the deferred one, so that the fragment stays one even if the planner
 * splits its type condition. Beside a deferred fragment with type conditions `__typename` is selected: whether there is a result
 * for an object must be known before the fragment's fields are fetched, and a subgraph may return objects as the object of their
 * interface.
 */
export function plannableDefers(
  { definitions, ...document }: DocumentNode,
  operationName: string | undefined,
  activeLabels: ReadonlySet<string>,
): PlannableDefers {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const planLabels = new Map<string, string[]>();
  let count = 0;

  /** True if a selection is a fragment with a type condition, or one with such a fragment directly in it. */
  const hasTypeCondition = (selection: SelectionNode): boolean =>
    selection.kind === Kind.FRAGMENT_SPREAD ||
    (selection.kind === Kind.INLINE_FRAGMENT && (!!selection.typeCondition || selection.selectionSet.selections.some(hasTypeCondition)));
  const rewriteSet = ({ selections }: SelectionSetNode, path: string): SelectionSetNode => {
    const rewritten = selections.map((selection) => rewrite(selection, path));
    const isDeferred = (selection: SelectionNode): boolean => activeDeferLabel(selection, activeLabels) !== undefined;
    const needsTypename = path !== '' && selections.some((selection) => isDeferred(selection) && hasTypeCondition(selection));
    return { kind: Kind.SELECTION_SET, selections: needsTypename ? [TYPENAME, ...rewritten] : rewritten };
  };
  const rewrite = (selection: SelectionNode, path: string): SelectionNode => {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const below = path === '' ? key : `${path}.${key}`;
      return selection.selectionSet ? { ...selection, selectionSet: rewriteSet(selection.selectionSet, below) } : selection;
    }
    const { typeCondition, selectionSet } = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
    const directives = selection.directives?.filter((directive) => !isDefer(directive));
    const label = activeDeferLabel(selection, activeLabels);
    const planLabel = label === undefined ? undefined : addPlanLabel(label, path);
    const inner: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition,
      directives,
      selectionSet: rewriteSet(selectionSet, path),
    };
    if (planLabel === undefined) return inner;
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [inner] };
    return { kind: Kind.INLINE_FRAGMENT, directives: [deferDirective(planLabel)], selectionSet: set };
  };
  const addPlanLabel = (label: string, path: string): string => {
    const planLabel = `${label}_${count++}`;
    const key = fragmentKey(label, path);
    const known = planLabels.get(key);
    if (known) known.push(planLabel);
    else planLabels.set(key, [planLabel]);
    return planLabel;
  };

  const operation = getOperationAST({ definitions, ...document }, operationName)!;
  return {
    document: { ...document, definitions: [{ ...operation, selectionSet: rewriteSet(operation.selectionSet, '') }] },
    planLabels,
  };
}
