import { getOperationAST, OperationTypeNode } from 'graphql';
import { parseOrNull } from '../guards/parse-or-null.js';
import type { Parameters } from './parameters.js';

/**
 * True if the requested operation is a subscription. False for a document that does not parse: validation reports the error.
 * @param maxTokens the largest number of tokens that are parsed.
 */
export function isSubscription({ query, operationName }: Parameters, maxTokens: number): boolean {
  if (!query || !/\bsubscription\b/.test(query)) return false;
  const document = parseOrNull(query, maxTokens);
  return document !== null && getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}
