import type { FetchDataKeyRenamer, FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { mapFetches } from '../map-fetches.js';
import { RESERVED_KEY } from '../planner.js';
import { FieldRequirements } from './field-requirements.js';
import type { NamedRequirements } from './named-requirements.js';
import { splitFetch } from './split-fetch.js';

/** Brings plans of a supergraph with named requirements back to the original one, which the subgraphs know. */
export class OriginalPlans {
  readonly #requirements: FieldRequirements;

  constructor(private readonly named: NamedRequirements) {
    this.#requirements = new FieldRequirements(named);
  }

  /** The plan with arguments in the place of the names. What comes back of such a field stands under the name. */
  plan(plan: QueryPlan): QueryPlan {
    const original = mapFetches(plan, (fetch) => this.#fetch(fetch));
    if (original.node?.kind !== 'Subscription') return original;
    return { ...original, node: { ...original.node, primary: this.#original(original.node.primary) } };
  }

  #fetch(node: FetchNode): PlanNode {
    if (!mentionsNames(JSON.stringify(node.requires ?? null))) return this.#original(node);
    const [first, ...others] = splitFetch(node, this.#requirements).map((part) => this.#original(part));
    return others.length > 0 ? { kind: 'Parallel', nodes: [first!, ...others] } : first!;
  }

  #original(fetch: FetchNode): FetchNode {
    const renamers = this.#renamers(fetch.requires ?? []);
    const operation = mentionsNames(fetch.operation) ? this.#operation(fetch.operation) : fetch.operation;
    if (renamers.length === 0) return { ...fetch, operation };
    return {
      ...fetch,
      operation,
      requires: fetch.requires!.map((selection) => this.#required(selection)),
      inputRewrites: [...(fetch.inputRewrites ?? []), ...renamers],
    };
  }

  #operation(text: string): string {
    const document = visit(parse(text, { noLocation: true }), {
      Field: (node) => {
        const field = this.named.fields.get(node.name.value);
        // Arguments that it has already are those that a context fills.
        return field && { ...node, ...field, alias: node.alias ?? node.name, arguments: [...field.arguments!, ...(node.arguments ?? [])] };
      },
    });
    return stripIgnoredCharacters(print(document));
  }

  #required(selection: QueryPlanSelectionNode): QueryPlanSelectionNode {
    const selections = selection.selections?.map((one) => this.#required(one));
    if (selection.kind === 'InlineFragment') return { ...selection, selections: selections! };
    const field = this.named.fields.get(selection.name);
    return { ...selection, ...(field && { alias: selection.name, name: field.name.value }), ...(selections && { selections }) };
  }

  /** What gives fields of the representations the names that the subgraph knows: from the inside, as paths have the names of the plan. */
  #renamers(requires: readonly QueryPlanSelectionNode[]): FetchDataKeyRenamer[] {
    const renamers = new Map<string, FetchDataKeyRenamer>();
    const enter = (selections: readonly QueryPlanSelectionNode[], above: readonly string[]): void => {
      for (const selection of selections) {
        if (selection.kind === 'InlineFragment') {
          enter(selection.selections, above);
          continue;
        }
        const path = [...above, selection.name];
        enter(selection.selections ?? [], path);
        const field = this.named.fields.get(selection.name);
        if (field) renamers.set(path.join(), { kind: 'KeyRenamer', path, renameKeyTo: field.name.value });
      }
    };
    enter(requires, []);
    return [...renamers.values()].sort((one, other) => other.path.length - one.path.length);
  }
}

const mentionsNames = (text: string): boolean => text.includes(RESERVED_KEY);
