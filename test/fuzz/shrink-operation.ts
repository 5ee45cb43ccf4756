import { Kind, validate, visit, type ASTNode, type DocumentNode, type GraphQLSchema, type SelectionNode } from 'graphql';
import type { DrawnOperation } from './draw-operation.js';

/**
 * The smallest operation that still fails, found by leaving one thing out after another: selections, fragments around
 * selections, arguments, directives, aliases, variables. `fails` is asked at most `budget` times.
 */
export async function shrinkOperation(
  schema: GraphQLSchema,
  operation: DrawnOperation,
  fails: (operation: DrawnOperation) => Promise<boolean>,
  budget = 400,
): Promise<DrawnOperation> {
  let smallest = operation;
  let asked = 0;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (let index = 0; ; index++) {
      const changed = change(smallest.document, index);
      if (!changed) break;
      const candidate = withoutUnused({ ...smallest, document: changed });
      if (!candidate || validate(schema, candidate.document).length > 0) continue;
      if (asked++ >= budget) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      index--;
    }
  }
  return smallest;
}

/** The document with its `index`-th possible simplification done; undefined behind the last. Bigger ones come first. */
function change(document: DocumentNode, index: number): DocumentNode | undefined {
  let seen = -1;
  let isDone = false;
  const isNext = () => !isDone && ++seen === index && (isDone = true);

  const changed = visit(document, {
    enter(node: ASTNode) {
      if (isDone) return undefined;
      if (node.kind === Kind.SELECTION_SET) {
        const { selections } = node;
        for (const [at, selection] of selections.entries()) {
          if (selections.length > 1 && isNext()) return { ...node, selections: selections.filter((_, other) => other !== at) };
          const inner = unwrapped(document, selection);
          if (inner && isNext()) return { ...node, selections: selections.flatMap((other, place) => (place === at ? inner : [other])) };
        }
      }
      if (node.kind === Kind.ARGUMENT || node.kind === Kind.DIRECTIVE) return isNext() ? null : undefined;
      if (node.kind === Kind.FIELD && node.alias && isNext()) return { ...node, alias: undefined };
      if (node.kind === Kind.VARIABLE_DEFINITION && node.defaultValue && isNext()) return { ...node, defaultValue: undefined };
      return undefined;
    },
  });
  return isDone ? changed : undefined;
}

/** The selections of a fragment, in its place. */
function unwrapped(document: DocumentNode, selection: SelectionNode): readonly SelectionNode[] | undefined {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections;
  if (selection.kind !== Kind.FRAGMENT_SPREAD) return undefined;
  const fragment = document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value);
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return undefined;
  const { typeCondition, directives, selectionSet } = fragment;
  return [
    { kind: Kind.INLINE_FRAGMENT, typeCondition, directives: [...(directives ?? []), ...(selection.directives ?? [])], selectionSet },
  ];
}

/** The operation without the fragments and variables that nothing uses any more. */
function withoutUnused({ document, variables, chance }: DrawnOperation): DrawnOperation | undefined {
  let definitions = document.definitions;
  for (let before = -1; before !== definitions.length;) {
    before = definitions.length;
    const spread = namesOf(definitions, Kind.FRAGMENT_SPREAD);
    definitions = definitions.filter((node) => node.kind !== Kind.FRAGMENT_DEFINITION || spread.has(node.name.value));
  }
  const used = new Set<string>();
  for (const definition of definitions)
    visit(definition, { VariableDefinition: () => false, Variable: (node) => void used.add(node.name.value) });
  return {
    document: {
      ...document,
      definitions: definitions.map((node) =>
        node.kind === Kind.OPERATION_DEFINITION
          ? { ...node, variableDefinitions: node.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) }
          : node,
      ),
    },
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))),
    chance,
  };
}

function namesOf(nodes: readonly ASTNode[], kind: Kind.FRAGMENT_SPREAD): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { [kind]: (found: { name: { value: string } }) => void names.add(found.name.value) });
  return names;
}
