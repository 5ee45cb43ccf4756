import type { FetchDataKeyRenamer, FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
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
  plan({ node, ...plan }: QueryPlan): QueryPlan {
    if (!node) return plan;
    if (node.kind !== 'Subscription') return { ...plan, node: this.#node(node) };
    return { ...plan, node: { ...node, primary: this.#original(node.primary), rest: node.rest && this.#node(node.rest) } };
  }

  #node(node: PlanNode): PlanNode {
    switch (node.kind) {
      case 'Fetch':
        return this.#fetch(node);
      case 'Flatten':
        return { ...node, node: this.#node(node.node) };
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map((child) => this.#node(child)) };
      case 'Condition':
        return {
          ...node,
          ifClause: node.ifClause && this.#node(node.ifClause),
          elseClause: node.elseClause && this.#node(node.elseClause),
        };
      case 'Defer':
        return {
          ...node,
          primary: { ...node.primary, node: node.primary.node && this.#node(node.primary.node) },
          deferred: node.deferred.map((deferred) => ({ ...deferred, node: deferred.node && this.#node(deferred.node) })),
        };
    }
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
