import { Kind, visit, type ArgumentNode, type DirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';

/** The client's label of each `@defer`, by the internal label; undefined if the client gave none. */
export type DeferLabels = ReadonlyMap<string, string | undefined>;

const DEFER = 'defer';

export const isDefer = ({ name }: DirectiveNode): boolean => name.value === DEFER;

const argument = (directive: DirectiveNode, name: string): ArgumentNode | undefined =>
  directive.arguments?.find((node) => node.name.value === name);

/**
 * Returns the document with an internal label at each `@defer`, by which its fragment is found in the plan and in the
 * response; null if there is no `@defer`. Clients' labels cannot be used, because they are optional.
 */
export function labelDefers(document: DocumentNode): { document: DocumentNode; labels: DeferLabels } | null {
  const labels = new Map<string, string | undefined>();
  const labelled = visit(document, {
    Directive(node) {
      if (!isDefer(node)) return undefined;
      const clientLabel = argument(node, 'label')?.value;
      const label = `d${labels.size}`;
      labels.set(label, clientLabel?.kind === Kind.STRING ? clientLabel.value : undefined);
      return { ...node, arguments: [labelArgument(label), ...(node.arguments ?? []).filter(({ name }) => name.value !== 'label')] };
    },
  });
  return labels.size > 0 ? { document: labelled, labels } : null;
}

/** Returns a `@defer` directive with a label. */
export const deferDirective = (label: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: DEFER },
  arguments: [labelArgument(label)],
});

const labelArgument = (label: string): ArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'label' },
  value: { kind: Kind.STRING, value: label },
});

/** Returns the internal label of a `@defer`. */
export function deferLabel(directive: DirectiveNode): string {
  const label = argument(directive, 'label')?.value;
  if (label?.kind !== Kind.STRING) throw new Error('The @defer has no internal label.');
  return label.value;
}

/** Returns the condition of a `@defer`: a constant or a variable; true if it has none. */
export function deferCondition(directive: DirectiveNode): boolean | { variable: string } {
  const value = argument(directive, 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value };
  return value?.kind !== Kind.BOOLEAN || value.value;
}

/** Returns the internal label of a fragment that is deferred in this execution; undefined for other selections. */
export function activeDeferLabel({ directives = [] }: SelectionNode, activeLabels: ReadonlySet<string>): string | undefined {
  const directive = directives.find(isDefer);
  const label = directive && deferLabel(directive);
  return label !== undefined && activeLabels.has(label) ? label : undefined;
}

/** Returns the document without its `@defer` directives. */
export const withoutDefer = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (node) => (isDefer(node) ? null : undefined) });
