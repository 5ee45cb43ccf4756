import { execute, type ExecutionResult } from 'graphql';
import { uncovered } from '../viewer/require-scope.js';
import type { SignedRequest } from '../viewer/signature.js';
import type { KnownDocuments } from './known-documents.js';

export interface KnownExecution {
  /** A context with stores of its own. */
  context(): SignedRequest;
  /** The errors of a result as a client may see them. */
  format(errors: NonNullable<ExecutionResult['errors']>): ExecutionResult['errors'];
}

/**
 * Answers an operation that Apollo Server has found valid before. Null for any other, and for a request that it has to refuse, in
 * words and with a status that are its own: nothing is run of such a one.
 */
export async function knownResult(
  documents: KnownDocuments,
  body: unknown,
  { context, format }: KnownExecution,
): Promise<ExecutionResult | null> {
  const { query, operationName, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || !isTextOrNone(operationName) || !isMapOrNone(variables)) return null;
  const known = documents.find(query, operationName);
  if (!known) return null;
  const { schema, document, operation } = known;
  const contextValue = context();
  if (uncovered({ operation, contextValue })) return null;
  const { data, errors } = await execute({ schema, document, operationName, contextValue, variableValues: variables });
  if (data === undefined) return null; // Its variables are not what it says: found before the first field.
  return errors ? { data, errors: format(errors) } : { data };
}

const isTextOrNone = (value: unknown): value is string | null | undefined => value == null || typeof value === 'string';
const isMapOrNone = (value: unknown): value is Record<string, unknown> | null | undefined =>
  value == null || (typeof value === 'object' && !Array.isArray(value));
