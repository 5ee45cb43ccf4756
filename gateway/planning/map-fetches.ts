import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';

/** Returns the plan with each fetch replaced by another node. The event fetch of a subscription is not replaced. */
export function mapFetches({ node, ...plan }: QueryPlan, map: (fetch: FetchNode) => PlanNode): QueryPlan {
  if (!node) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: mapNode(node, map) };
  return { ...plan, node: { ...node, rest: node.rest && mapNode(node.rest, map) } };
}

/** Returns the plan with each fetch replaced by another fetch, including the event fetch of a subscription. */
export function mapAllFetches(plan: QueryPlan, map: (fetch: FetchNode) => FetchNode): QueryPlan {
  const { node, ...rest } = mapFetches(plan, map);
  return node?.kind === 'Subscription' ? { ...rest, node: { ...node, primary: map(node.primary) } } : { ...rest, node };
}

/** Counts the fetches of a plan, without the event fetch of a subscription. */
export function countFetches(plan: QueryPlan): number {
  let count = 0;
  mapFetches(plan, (fetch) => {
    count++;
    return fetch;
  });
  return count;
}

function mapNode(node: PlanNode, map: (fetch: FetchNode) => PlanNode): PlanNode {
  const mapChild = (child: PlanNode | undefined): PlanNode | undefined => child && mapNode(child, map);
  switch (node.kind) {
    case 'Fetch':
      return map(node);
    case 'Flatten':
      return { ...node, node: mapNode(node.node, map) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((child) => mapNode(child, map)) };
    case 'Condition':
      return { ...node, ifClause: mapChild(node.ifClause), elseClause: mapChild(node.elseClause) };
    case 'Defer':
      return {
        ...node,
        primary: { ...node.primary, node: mapChild(node.primary.node) },
        deferred: node.deferred.map((deferred) => ({ ...deferred, node: mapChild(deferred.node) })),
      };
  }
}
