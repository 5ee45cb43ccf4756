import { execute, type ExecutionResult } from 'graphql';
import { isObject } from '../input/json.js';
import { findMissingScope } from '../viewer/require-scope.js';
import type { ValidatedOperations } from './validated-operations.js';
import type { SubscriptionExecution } from './subscription-events.js';

/**
 * Answers an operation that Apollo Server has found valid before. Null for any other, and where a scope is missing or variables are not
 * what the operation says: of such a request nothing is run, and Apollo Server refuses it in words and with a status of its own.
 */
export async function executeValidatedOperation(
  documents: ValidatedOperations,
  body: unknown,
  { context, formatErrors }: Omit<SubscriptionExecution, 'schema'>,
): Promise<ExecutionResult | null> {
  const { query, operationName, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || !isTextOrNone(operationName) || !isObjectOrNone(variables)) return null;
  const known = documents.find(query, operationName);
  if (!known) return null;
  const { schema, document, operation } = known;
  const contextValue = context();
  if (findMissingScope({ operation, contextValue })) return null;
  const { data, errors } = await execute({ schema, document, operationName, contextValue, variableValues: variables });
  if (data === undefined) return null; // Its variables are not what it says: found before the first field.
  return errors ? { data, errors: formatErrors(errors) } : { data };
}

const isTextOrNone = (value: unknown): value is string | null | undefined => value == null || typeof value === 'string';
const isObjectOrNone = (value: unknown): value is Record<string, unknown> | null | undefined => value == null || isObject(value);
