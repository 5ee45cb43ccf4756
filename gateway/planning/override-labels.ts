import { Kind, visit, type DocumentNode } from 'graphql';

/** Matches the label of a progressive override that takes a percentage of the requests. */
const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

/** Returns true if a custom label is active for a request, false if not, and undefined to let its percentage decide. */
export type IsOverrideActive = (label: string) => boolean | undefined;

/**
 * The labels of a supergraph's progressive overrides (`@override(from:, label:)`). While a label is active, the overriding
 * subgraph resolves the field, otherwise the overridden one. A label `percent(n)` is active for n percent of the requests. A
 * custom label, which has any other form, is active for the percentage that the configuration states, by default for none.
 */
export class OverrideLabels {
  readonly #percentages = new Map<string, number>();
  readonly #custom = new Set<string>();

  /** @param customPercentages the percentages of the requests for which custom labels are active. */
  constructor(supergraph: DocumentNode, customPercentages: ReadonlyMap<string, number> = NO_PERCENTAGES) {
    visit(supergraph, {
      Directive: ({ name, arguments: args }) => {
        const label = name.value === 'join__field' ? args?.find((node) => node.name.value === 'overrideLabel')?.value : undefined;
        if (label?.kind === Kind.STRING) this.#add(label.value, customPercentages);
      },
    });
  }

  /**
   * Returns the labels that are active for one request. All labels of a request compare their percentage to one random number,
   * so that there are no more combinations, and plans of an operation, than labels plus one.
   */
  draw(isActive?: IsOverrideActive): readonly string[] {
    if (this.#percentages.size === 0) return NONE;
    const number = Math.random() * 100;
    return [...this.#percentages].flatMap(([label, percentage]) => {
      const decided = this.#custom.has(label) ? isActive?.(label) : undefined;
      return (decided ?? number < percentage) ? [label] : [];
    });
  }

  #add(label: string, customPercentages: ReadonlyMap<string, number>): void {
    const percent = PERCENT.exec(label)?.[1];
    if (percent === undefined) this.#custom.add(label);
    this.#percentages.set(label, percent === undefined ? (customPercentages.get(label) ?? 0) : Number(percent));
  }
}

const NONE: readonly string[] = [];
const NO_PERCENTAGES: ReadonlyMap<string, number> = new Map();
