import type { FetchDataKeyRenamer, FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { mapFetches } from '../map-fetches.js';
import { RESERVED_KEY_PREFIX } from '../planner.js';
import { FieldRequirements } from './field-requirements.js';
import type { NamedRequirements } from './named-requirements.js';
import { splitFetch } from './split-fetch.js';

/**
 * Converts plans of a supergraph with named requirements to plans of the original supergraph, which the subgraphs implement.
 */
export class PlanRestorer {
  readonly #requirements: FieldRequirements;

  constructor(private readonly named: NamedRequirements) {
    this.#requirements = new FieldRequirements(named);
  }

  /** Returns the plan with the original fields and arguments in the place of the added fields, whose names become aliases. */
  restore(plan: QueryPlan): QueryPlan {
    const original = mapFetches(plan, (fetch) => this.#restoreFetch(fetch));
    if (original.node?.kind !== 'Subscription') return original;
    return { ...original, node: { ...original.node, primary: this.#restoreFields(original.node.primary) } };
  }

  #restoreFetch(node: FetchNode): PlanNode {
    if (!mentionsReservedKey(JSON.stringify(node.requires ?? null))) return this.#restoreFields(node);
    const [first, ...others] = splitFetch(node, this.#requirements).map((part) => this.#restoreFields(part));
    return others.length > 0 ? { kind: 'Parallel', nodes: [first!, ...others] } : first!;
  }

  #restoreFields(fetch: FetchNode): FetchNode {
    const renamers = this.#renamers(fetch.requires ?? []);
    const operation = mentionsReservedKey(fetch.operation) ? this.#restoreOperation(fetch.operation) : fetch.operation;
    if (renamers.length === 0) return { ...fetch, operation };
    return {
      ...fetch,
      operation,
      requires: fetch.requires!.map((selection) => this.#restoreRequires(selection)),
      inputRewrites: [...(fetch.inputRewrites ?? []), ...renamers],
    };
  }

  #restoreOperation(operation: string): string {
    const document = visit(parse(operation, { noLocation: true }), {
      Field: (node) => {
        const field = this.named.originalFields.get(node.name.value);
        // The node may already have arguments from a context (`@fromContext`).
        return field && { ...node, ...field, alias: node.alias ?? node.name, arguments: [...field.arguments!, ...(node.arguments ?? [])] };
      },
    });
    return stripIgnoredCharacters(print(document));
  }

  #restoreRequires(selection: QueryPlanSelectionNode): QueryPlanSelectionNode {
    const selections = selection.selections?.map((child) => this.#restoreRequires(child));
    if (selection.kind === 'InlineFragment') return { ...selection, selections: selections! };
    const field = this.named.originalFields.get(selection.name);
    return { ...selection, ...(field && { alias: selection.name, name: field.name.value }), ...(selections && { selections }) };
  }

  /**
   * Returns input rewrites that rename the fields of representations to their original names: innermost first, because paths
   * have the added names.
   */
  #renamers(requires: readonly QueryPlanSelectionNode[]): FetchDataKeyRenamer[] {
    const renamers = new Map<string, FetchDataKeyRenamer>();
    const enter = (selections: readonly QueryPlanSelectionNode[], parentPath: readonly string[]): void => {
      for (const selection of selections) {
        if (selection.kind === 'InlineFragment') {
          enter(selection.selections, parentPath);
          continue;
        }
        const path = [...parentPath, selection.name];
        enter(selection.selections ?? [], path);
        const field = this.named.originalFields.get(selection.name);
        if (field) renamers.set(path.join(), { kind: 'KeyRenamer', path, renameKeyTo: field.name.value });
      }
    };
    enter(requires, []);
    return [...renamers.values()].sort((one, other) => other.path.length - one.path.length);
  }
}

const mentionsReservedKey = (text: string): boolean => text.includes(RESERVED_KEY_PREFIX);
