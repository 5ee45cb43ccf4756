import { Kind, visit, type ArgumentNode, type DirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';

/** The client's label of each deferred fragment, by the fragment's name here; undefined where the client gave none. */
export type DeferLabels = ReadonlyMap<string, string | undefined>;

const DEFER = 'defer';

export const isDefer = ({ name }: DirectiveNode): boolean => name.value === DEFER;

const argument = (directive: DirectiveNode, name: string): ArgumentNode | undefined =>
  directive.arguments?.find((one) => one.name.value === name);

/**
 * The document with a name of ours as the label of each `@defer`, so that the fragment is known again in a plan and in the
 * response: clients need give none, and a fragment that is spread twice has the same one in both places. Null where nothing
 * is deferred.
 */
export function labelled(document: DocumentNode): { document: DocumentNode; labels: DeferLabels } | null {
  const labels = new Map<string, string | undefined>();
  const named = visit(document, {
    Directive(node) {
      if (!isDefer(node)) return undefined;
      const given = argument(node, 'label')?.value;
      const name = `d${labels.size}`;
      labels.set(name, given?.kind === Kind.STRING ? given.value : undefined);
      return { ...node, arguments: [labelArgument(name), ...(node.arguments ?? []).filter((one) => one.name.value !== 'label')] };
    },
  });
  return labels.size > 0 ? { document: named, labels } : null;
}

/** The directive that defers a fragment, under a name. */
export const deferDirective = (name: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: DEFER },
  arguments: [labelArgument(name)],
});

const labelArgument = (name: string): ArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'label' },
  value: { kind: Kind.STRING, value: name },
});

/** The name that `labelled` gave to a directive. */
export function labelOf(directive: DirectiveNode): string {
  const label = argument(directive, 'label')?.value;
  if (label?.kind !== Kind.STRING) throw new Error('a @defer that was not labelled');
  return label.value;
}

/** When a directive defers: never, always, or by the value of a variable. */
export function conditionOf(directive: DirectiveNode): boolean | { variable: string } {
  const value = argument(directive, 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value };
  return value?.kind !== Kind.BOOLEAN || value.value;
}

/** The name of a fragment that is deferred in this run of the operation; undefined for all that is not. */
export function deferredAs({ directives = [] }: SelectionNode, active: ReadonlySet<string>): string | undefined {
  const directive = directives.find(isDefer);
  const label = directive && labelOf(directive);
  return label !== undefined && active.has(label) ? label : undefined;
}

/** The document without any `@defer`. */
export const withoutDefer = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (node) => (isDefer(node) ? null : undefined) });
