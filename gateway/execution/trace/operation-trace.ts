import { SentRequests } from '../fetch/sent-requests.js';
import type { CompiledPlan } from '../plan/compiled-plan.js';

/** Records one execution of an operation. Usage reports of Apollo Studio are made of it. */
export class OperationTrace extends SentRequests {
  /** The plan that was executed; null if nothing was. */
  plan: CompiledPlan | null = null;
}
