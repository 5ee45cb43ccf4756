import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayContext } from '../context.js';
import type { RequestCost } from '../guards/cost/operation-costs.js';

/** The response header with the cost of the operation. */
export const COST_HEADER = 'GraphQL-Cost';
/** The request header that asks for `extensions.cost`, in lower case. Shopify has the same with a prefix. */
const COST_DEBUG_HEADER = 'graphql-cost-debug';

/**
 * Sets the response header `GraphQL-Cost`. The response has `extensions.cost` if the client sent `GraphQL-Cost-Debug: 1` or the
 * cost is above the limit.
 */
export function reportCost(
  { cost, limit, dearestPath }: RequestCost,
  context: GatewayContext,
  headers: IncomingHttpHeaders,
  setHeader?: (name: string, value: string) => void,
): void {
  setHeader?.(COST_HEADER, String(cost));
  const asked = headers[COST_DEBUG_HEADER];
  const isAsked = asked !== undefined && asked !== '0' && asked !== 'off' && asked !== 'false';
  if (isAsked || cost > limit) context.extensions = { cost: { requestedQueryCost: cost, limit, dearestPath: dearestPath() } };
}
