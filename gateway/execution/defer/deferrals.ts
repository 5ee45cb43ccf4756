import { visit, type ASTNode } from 'graphql';
import type { Variables } from '../variables.js';
import { conditionOf, isDefer, labelOf, type DeferLabels } from './labels.js';

/** What an operation defers, which the variables of its conditions decide. */
export class Deferrals {
  private constructor(
    readonly labels: DeferLabels,
    private readonly fragments: readonly { label: string; variable: string | null }[],
  ) {}

  /** Of an operation with its fragments; null where it never defers anything. */
  static of(nodes: readonly ASTNode[], labels: DeferLabels): Deferrals | null {
    const fragments: { label: string; variable: string | null }[] = [];
    for (const node of nodes) {
      visit(node, {
        Directive(directive) {
          if (!isDefer(directive)) return;
          const condition = conditionOf(directive);
          if (condition !== false) fragments.push({ label: labelOf(directive), variable: condition === true ? null : condition.variable });
        },
      });
    }
    return fragments.length > 0 ? new Deferrals(labels, fragments) : null;
  }

  /** The names of the fragments that are deferred with these variables; null for none. */
  active(variables: Variables): ReadonlySet<string> | null {
    const active = this.fragments.filter(({ variable }) => variable === null || variables.isTrueOrLeftOut(variable));
    return active.length > 0 ? new Set(active.map(({ label }) => label)) : null;
  }
}
