import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { MAX_TOKENS } from '../guards/operation-limits.js';
import type { Parameters } from './parameters.js';

/** Whether the operation that is asked for is a subscription; of a document that does not parse, that is for others to say. */
export function isSubscription({ query, operationName }: Parameters): boolean {
  if (!query || !/\bsubscription\b/.test(query)) return false;
  try {
    return (
      getOperationAST(parse(query, { noLocation: true, maxTokens: MAX_TOKENS }), operationName)?.operation ===
      OperationTypeNode.SUBSCRIPTION
    );
  } catch {
    return false;
  }
}
