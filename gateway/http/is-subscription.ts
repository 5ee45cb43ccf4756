import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import type { Parameters } from './parameters.js';

/**
 * True if the requested operation is a subscription. False for a document that does not parse: validation reports the error.
 * @param maxTokens the largest number of tokens that are parsed.
 */
export function isSubscription({ query, operationName }: Parameters, maxTokens: number): boolean {
  if (!query || !/\bsubscription\b/.test(query)) return false;
  try {
    return getOperationAST(parse(query, { noLocation: true, maxTokens }), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false;
  }
}
