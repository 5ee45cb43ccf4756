import { Kind, visit, type DocumentNode } from 'graphql';

/** Matches the label of a progressive override that takes a percentage of the requests. */
const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

/**
 * Returns the labels of the progressive overrides (`@override(from:, label:)`) of a supergraph, each with whether it is
 * active: if it is, the overriding subgraph resolves the field, otherwise the overridden one. `percent(n)` is active from 50
 * on, because all requests for one operation share a plan; a label of any other form is never active.
 */
export function overrideConditions(supergraph: DocumentNode): ReadonlyMap<string, boolean> {
  const conditions = new Map<string, boolean>();
  visit(supergraph, {
    Directive({ name, arguments: args }) {
      const label = name.value === 'join__field' ? args?.find((node) => node.name.value === 'overrideLabel')?.value : undefined;
      if (label?.kind === Kind.STRING) conditions.set(label.value, Number(PERCENT.exec(label.value)?.[1] ?? 0) >= 50);
    },
  });
  return conditions;
}
