import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { deferDirective, deferredAs, isDefer } from './labels.js';

export interface PlannableDefers {
  /** The operation alone, with its fragments written out. */
  document: DocumentNode;
  /** The names in the plan of a deferred fragment, by `placeOf`: several where it stands twice in one place. */
  places: ReadonlyMap<string, readonly string[]>;
}

/** Where a deferred fragment is: its name, and the response keys on the way to it, joined by dots. */
export const placeOf = (label: string, path: string): string => `${label} ${path}`;

/**
 * An operation as the planner can defer parts of it: each fragment that is deferred here has a name of its own at each of its
 * places (the planner would take two of one name for one), and what is not deferred has no `@defer`. The deferring fragment
 * has no type condition; the client's is within: where the planner needs a condition in parts, it stays one fragment.
 */
export function plannableDefers(
  { definitions, ...document }: DocumentNode,
  operationName: string | undefined,
  active: ReadonlySet<string>,
): PlannableDefers {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const places = new Map<string, string[]>();
  let count = 0;

  const written = ({ selections }: SelectionSetNode, path: string): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: selections.map((selection) => one(selection, path)),
  });
  const one = (selection: SelectionNode, path: string): SelectionNode => {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const below = path === '' ? key : `${path}.${key}`;
      return selection.selectionSet ? { ...selection, selectionSet: written(selection.selectionSet, below) } : selection;
    }
    const { typeCondition, selectionSet } = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
    const directives = selection.directives?.filter((directive) => !isDefer(directive));
    const label = deferredAs(selection, active);
    const name = label === undefined ? undefined : nameAt(placeOf(label, path), label);
    const inner: InlineFragmentNode = { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: written(selectionSet, path) };
    if (name === undefined) return inner;
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [inner] };
    return { kind: Kind.INLINE_FRAGMENT, directives: [deferDirective(name)], selectionSet: set };
  };
  const nameAt = (place: string, label: string): string => {
    const name = `${label}_${count++}`;
    const known = places.get(place);
    if (known) known.push(name);
    else places.set(place, [name]);
    return name;
  };

  const operation = getOperationAST({ definitions, ...document }, operationName)!;
  return {
    document: { ...document, definitions: [{ ...operation, selectionSet: written(operation.selectionSet, '') }] },
    places,
  };
}
