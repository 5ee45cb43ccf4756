import { execute, type ExecutionResult } from 'graphql';
import { isObject } from '../input/json.js';
import { findMissingScope } from '../viewer/require-scope.js';
import type { ValidatedOperations } from './validated-operations.js';
import type { SubscriptionExecution } from './subscription-events.js';

/**
 * Executes an operation that Apollo Server has validated before. Returns null, without running a resolver, for any other operation,
 * and if a scope is missing or the variables are invalid: Apollo Server then handles the request and reports the error.
 */
export async function executeValidatedOperation(
  operations: ValidatedOperations,
  body: unknown,
  { context, formatErrors }: Pick<SubscriptionExecution, 'context' | 'formatErrors'>,
): Promise<ExecutionResult | null> {
  const { query, operationName, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || !isStringOrNil(operationName) || !isObjectOrNil(variables)) return null;
  const validated = operations.find(query, operationName);
  if (!validated) return null;
  const { schema, document, operation } = validated;
  const contextValue = context();
  if (findMissingScope({ operation, contextValue })) return null;
  const { data, errors } = await execute({ schema, document, operationName, contextValue, variableValues: variables });
  if (data === undefined) return null; // The variables are invalid; no field was executed.
  return errors ? { data, errors: formatErrors(errors) } : { data };
}

const isStringOrNil = (value: unknown): value is string | null | undefined => value == null || typeof value === 'string';
const isObjectOrNil = (value: unknown): value is Record<string, unknown> | null | undefined => value == null || isObject(value);
