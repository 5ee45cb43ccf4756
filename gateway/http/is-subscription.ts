import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { MAX_TOKENS } from '../guards/operation-limits.js';
import type { Parameters } from './parameters.js';

/** True if the requested operation is a subscription. False for a document that does not parse: validation reports the error. */
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
