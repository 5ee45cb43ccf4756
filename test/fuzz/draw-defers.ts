import { Kind, OperationTypeNode, parse, print, visit, type DirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';
import type { DrawnOperation } from './draw-operation.js';
import { Random } from './random.js';

/** The operation with `@defer` on some of its fragments, and around some of its selections; not on the fields of a mutation. */
export function drawDefers({ document, variables, chance }: DrawnOperation, seed: string): DrawnOperation {
  const random = new Random(seed);
  const mayDefer = (ancestors: readonly unknown[]): boolean =>
    !ancestors.some((node) => isNode(node) && node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION) ||
    ancestors.some((node) => isNode(node) && node.kind === Kind.FIELD);
  const roots = spreadInRoots(document);
  const values: Record<string, unknown> = { ...variables };
  let count = 0;
  const directive = (): DirectiveNode => {
    const label = random.chance(0.3) ? `label: "l${count++}"` : '';
    const condition = random.chance(0.15) ? 'if: false' : random.chance(0.15) ? 'if: $defers' : '';
    const text = [label, condition].filter((argument) => argument !== '').join(', ');
    const [operation] = parse(`{ ... @defer${text === '' ? '' : `(${text})`} { a } }`, { noLocation: true }).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('unreachable');
    return operation.selectionSet.selections[0]!.directives![0]!;
  };
  const deferred = visit(document, {
    enter(node, _key, parent, _path, above) {
      const ancestors = [...above, parent];
      if (node.kind !== Kind.INLINE_FRAGMENT && node.kind !== Kind.FRAGMENT_SPREAD) return undefined;
      if (!mayDefer(ancestors) || isInRootFragment(ancestors, roots) || !random.chance(0.4)) return undefined;
      return { ...node, directives: [...(node.directives ?? []), directive()] };
    },
    leave(node, _key, parent, _path, above) {
      const ancestors = [...above, parent];
      if (node.kind !== Kind.SELECTION_SET || !mayDefer(ancestors) || isInRootFragment(ancestors, roots) || !random.chance(0.3))
        return undefined;
      const [kept, moved]: [SelectionNode[], SelectionNode[]] = [[], []];
      for (const selection of node.selections) (random.chance(0.5) ? moved : kept).push(selection);
      if (moved.length === 0) return undefined;
      const fragment: SelectionNode = {
        kind: Kind.INLINE_FRAGMENT,
        directives: [directive()],
        selectionSet: { kind: Kind.SELECTION_SET, selections: moved },
      };
      return { ...node, selections: [...kept, fragment] };
    },
  });
  const text = print(deferred);
  const usesVariable = text.includes('$defers');
  if (usesVariable) values.defers = random.chance(0.7);
  const defined = usesVariable
    ? text.replace(
        /^(query|mutation) Drawn(?:\((.*)\))?/,
        (_, kind: string, given?: string) => `${kind} Drawn(${given ? `${given}, ` : ''}$defers: Boolean!)`,
      )
    : text;
  return { document: parse(defined), variables: values, chance };
}

const isNode = (value: unknown): value is { kind: string; operation?: OperationTypeNode } =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** Fragments of a document that has a mutation: these may be spread in its root. */
function spreadInRoots(document: DocumentNode): boolean {
  return document.definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION);
}

const isInRootFragment = (ancestors: readonly unknown[], isMutation: boolean): boolean =>
  isMutation &&
  ancestors.some((node) => isNode(node) && node.kind === Kind.FRAGMENT_DEFINITION) &&
  !ancestors.some((node) => isNode(node) && node.kind === Kind.FIELD);
