import type { VariableValues } from './argument-value.js';
import { costOfNode, hasVariables, type CostNode } from './cost-tree.js';

/** A node whose cost depends on variables, with the constant part of its children's cost and the steps of the others. */
interface Step {
  node: CostNode;
  constant: number;
  children: readonly number[];
}

/**
 * The cost of an operation as a function of its variables. Costs that no variable changes are added up once. The others are steps
 * in an order in which children come before their parents, so a request takes one pass without recursion; a fragment that is
 * spread many times is one step.
 */
export class OperationCost {
  readonly #tree: CostNode;
  readonly #steps: Step[] = [];
  /** The step of a node, or its cost if that is constant. */
  readonly #compiled = new Map<CostNode, { step: number } | number>();
  readonly #constant: number | null;
  readonly #costs: Float64Array;

  constructor(tree: CostNode) {
    this.#tree = tree;
    const root = this.#compile(tree);
    this.#constant = typeof root === 'number' ? root : null;
    this.#costs = new Float64Array(this.#steps.length);
  }

  /** Returns the cost with the variables of a request. Throws BAD_USER_INPUT if a slicing argument that is required is missing. */
  evaluate(variables: VariableValues): number {
    if (this.#constant !== null) return this.#constant;
    const costs = this.#costs;
    const steps = this.#steps;
    for (let index = 0; index < steps.length; index++) {
      const { node, constant, children } = steps[index]!;
      let sum = constant;
      for (const child of children) sum += costs[child]!;
      costs[index] = costOfNode(node, sum, variables);
    }
    return costs[steps.length - 1]!;
  }

  /** Returns the response path of the dearest field of the operation, and so on down to the dearest below it. */
  dearestPath(variables: VariableValues): string {
    const costs = new Map<CostNode, number>();
    const costOf = (node: CostNode): number => {
      let cost = costs.get(node);
      if (cost === undefined) {
        const childrenCost = node.children.reduce((sum, child) => sum + costOf(child), 0);
        costs.set(node, (cost = costOfNode(node, childrenCost, variables)));
      }
      return cost;
    };
    const path: string[] = [];
    let node: CostNode | undefined = this.#tree;
    while (node) {
      if (node.responseKey !== null) path.push(node.responseKey);
      node = dearest(node.children, costOf);
    }
    return path.join('.');
  }

  #compile(node: CostNode): { step: number } | number {
    let compiled = this.#compiled.get(node);
    if (compiled === undefined) this.#compiled.set(node, (compiled = this.#compileNode(node)));
    return compiled;
  }

  #compileNode(node: CostNode): { step: number } | number {
    let constant = 0;
    const children: number[] = [];
    for (const child of node.children) {
      const compiled = this.#compile(child);
      if (typeof compiled === 'number') constant += compiled;
      else children.push(compiled.step);
    }
    if (children.length === 0 && !hasVariables(node)) return costOfNode(node, constant, {});
    return { step: this.#steps.push({ node, constant, children }) - 1 };
  }
}

function dearest(nodes: readonly CostNode[], costOf: (node: CostNode) => number): CostNode | undefined {
  let found: CostNode | undefined;
  for (const node of nodes) if (costOf(node) > (found ? costOf(found) : 0)) found = node;
  return found;
}
