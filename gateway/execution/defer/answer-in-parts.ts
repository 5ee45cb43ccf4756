import type { ExecutionResult, GraphQLError } from 'graphql';
import { respond } from '../shape/respond.js';
import { DeferredRun } from './deferred-run.js';
import type { Deliver } from './delivery.js';
import { LaterAnswers, type DeferredOperation } from './later-answers.js';
import { PendingFragments } from './pending-fragments.js';

/** Answers an operation without its deferred fragments; these are delivered, if there are any in the answer. */
export async function answerInParts(operation: DeferredOperation, deliver: Deliver): Promise<ExecutionResult> {
  const { asked, plan, execution } = operation;
  const run = new DeferredRun(plan, execution);
  await run.run();
  const unseen = new Set<GraphQLError>();
  const pending = new PendingFragments();
  const result = respond({ ...asked, onUnseen: (error) => void unseen.add(error) }, run.primary, pending);
  const later = new LaterAnswers(operation, run, unseen);
  later.await(pending, [run.primary]);
  if (later.isOver) later.end();
  else deliver(later.parts());
  return result;
}
