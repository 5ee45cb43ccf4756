import { Kind, visit, type DocumentNode } from 'graphql';

/** Matches the label of a progressive override that takes a percentage of the requests. */
const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

/**
 * The labels of a supergraph's progressive overrides (`@override(from:, label:)`). While a label is active, the overriding
 * subgraph resolves the field, otherwise the overridden one. A label `percent(n)` is active for n percent of the requests; one
 * of any other form is never active.
 */
export class OverrideLabels {
  readonly #percentages = new Map<string, number>();

  constructor(supergraph: DocumentNode) {
    visit(supergraph, {
      Directive: ({ name, arguments: args }) => {
        const label = name.value === 'join__field' ? args?.find((node) => node.name.value === 'overrideLabel')?.value : undefined;
        if (label?.kind === Kind.STRING) this.#percentages.set(label.value, Number(PERCENT.exec(label.value)?.[1] ?? 0));
      },
    });
  }

  /**
   * Returns the labels that are active for one request. All labels of a request compare their percentage to one random number,
   * so that there are no more combinations, and plans of an operation, than labels plus one.
   */
  draw(): readonly string[] {
    if (this.#percentages.size === 0) return NONE;
    const number = Math.random() * 100;
    return [...this.#percentages].flatMap(([label, percentage]) => (number < percentage ? [label] : []));
  }
}

const NONE: readonly string[] = [];
