import type { ExecutionResult, GraphQLError } from 'graphql';
import { buildResponse } from '../response/build-response.js';
import { DeferredRun } from './deferred-run.js';
import type { OnSubsequentResults } from './incremental-results.js';
import { PendingFragments } from '../response/pending-fragments.js';
import { SubsequentResults, type DeferredOperation } from './subsequent-results.js';

/**
 * Executes an operation with deferred fragments. Resolves to the initial result; `onSubsequentResults` is called if the
 * initial result contains objects with deferred fragments.
 */
export async function executeIncrementally(
  operation: DeferredOperation,
  onSubsequentResults: OnSubsequentResults,
): Promise<ExecutionResult> {
  const { scope, plan, createExecution } = operation;
  const run = new DeferredRun(plan, createExecution);
  await run.run();
  const unreported = new Set<GraphQLError>();
  const pending = new PendingFragments();
  const initialResult = buildResponse({ ...scope, onUnreportedError: (error) => void unreported.add(error) }, run.initialRun, pending);
  const subsequent = new SubsequentResults(operation, run, unreported);
  subsequent.schedule(pending, [run.initialRun]);
  if (subsequent.isComplete) subsequent.finish();
  else onSubsequentResults(subsequent.results());
  return initialResult;
}
