import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';

/** The plan with another node in the place of each fetch; the first fetch of a subscription stays. */
export function mapFetches({ node, ...plan }: QueryPlan, map: (fetch: FetchNode) => PlanNode): QueryPlan {
  if (!node) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: mapped(node, map) };
  return { ...plan, node: { ...node, rest: node.rest && mapped(node.rest, map) } };
}

/** The same for what changes a fetch and leaves it one: also the first fetch of a subscription. */
export function changeFetches(plan: QueryPlan, change: (fetch: FetchNode) => FetchNode): QueryPlan {
  const { node, ...rest } = mapFetches(plan, change);
  return node?.kind === 'Subscription' ? { ...rest, node: { ...node, primary: change(node.primary) } } : { ...rest, node };
}

/** How many fetches a plan has, without the first of a subscription. */
export function countFetches(plan: QueryPlan): number {
  let count = 0;
  mapFetches(plan, (fetch) => {
    count++;
    return fetch;
  });
  return count;
}

function mapped(node: PlanNode, map: (fetch: FetchNode) => PlanNode): PlanNode {
  const within = (child: PlanNode | undefined): PlanNode | undefined => child && mapped(child, map);
  switch (node.kind) {
    case 'Fetch':
      return map(node);
    case 'Flatten':
      return { ...node, node: mapped(node.node, map) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((child) => mapped(child, map)) };
    case 'Condition':
      return { ...node, ifClause: within(node.ifClause), elseClause: within(node.elseClause) };
    case 'Defer':
      return {
        ...node,
        primary: { ...node.primary, node: within(node.primary.node) },
        deferred: node.deferred.map((deferred) => ({ ...deferred, node: within(deferred.node) })),
      };
  }
}
