import { visit, type ASTNode } from 'graphql';
import type { Variables } from '../variables.js';
import { deferCondition, deferLabel, isDefer, type DeferLabels } from '../plan/defer-labels.js';

/** The `@defer` directives of an operation, without those that never defer (`if: false`). */
export class DeferUsages {
  private constructor(
    readonly labels: DeferLabels,
    private readonly usages: readonly { label: string; variable: string | null }[],
  ) {}

  /** Collects the `@defer` directives of an operation and its fragments; null if it never defers anything. */
  static of(nodes: readonly ASTNode[], labels: DeferLabels): DeferUsages | null {
    const usages: { label: string; variable: string | null }[] = [];
    for (const node of nodes) {
      visit(node, {
        Directive(directive) {
          if (!isDefer(directive)) return;
          const condition = deferCondition(directive);
          if (condition !== false) usages.push({ label: deferLabel(directive), variable: condition === true ? null : condition.variable });
        },
      });
    }
    return usages.length > 0 ? new DeferUsages(labels, usages) : null;
  }

  /** Returns the labels of the fragments that are deferred with these variables; null if none are. */
  activeLabels(variables: Pick<Variables, 'isTrueOrUndefined'>): ReadonlySet<string> | null {
    const active = this.usages.filter(({ variable }) => variable === null || variables.isTrueOrUndefined(variable));
    return active.length > 0 ? new Set(active.map(({ label }) => label)) : null;
  }
}
