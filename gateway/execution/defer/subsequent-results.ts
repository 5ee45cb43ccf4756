import { GraphQLError, isObjectType } from 'graphql';
import type { Execution } from '../execution.js';
import type { CompiledPlan } from '../plan/compiled-plan.js';
import { attributeErrors } from '../response/attribute-errors.js';
import { createResponseWriter, type ResponseScope } from '../response/build-response.js';
import type { DeferredRun, DeferredStepRun } from './deferred-run.js';
import { groupErrorsByObject, positionInFragment, type NestedError } from './fragment-errors.js';
import type { IncrementalResult, SubsequentResult } from './incremental-results.js';
import type { DeferLabels } from '../plan/defer-labels.js';
import { PendingFragments, type PendingFragment } from '../response/pending-fragments.js';
import { fragmentKey, type PlannableDefers } from './plannable-defers.js';

/** One execution of an operation with deferred fragments. */
export interface DeferredOperation {
  scope: ResponseScope;
  plan: CompiledPlan;
  planLabels: PlannableDefers['planLabels'];
  labels: DeferLabels;
  /** Creates the execution of the initial run, or of a deferred step that shares the data of the initial run. */
  createExecution: (initialRun?: Execution) => Execution;
}

/** A pending fragment with the runs that its result depends on. */
interface ScheduledFragment extends PendingFragment {
  /** The runs that fetch the fragment's fields; empty if the enclosing executions fetch them all. */
  stepRuns: readonly DeferredStepRun[];
  /** The executions that have fetched the object and its ancestors. */
  enclosing: readonly Execution[];
}

/** An incremental result whose errors are still being collected. */
type ResultInProgress = IncrementalResult & { errors: GraphQLError[] };

/**
 * The incremental results of an operation. The result of a fragment is ready when the runs that fetch its fields are done and
 * the result that contains its object was delivered.
 */
export class SubsequentResults {
  #scheduled: ScheduledFragment[] = [];
  /** The errors that are in a result. */
  readonly #reported = new Set<GraphQLError>();

  /** @param unreported the errors of the initial run that are not in the initial result. */
  constructor(
    private readonly operation: DeferredOperation,
    private readonly run: DeferredRun,
    unreported: ReadonlySet<GraphQLError>,
  ) {
    for (const error of run.initialRun.errors) if (!unreported.has(error)) this.#reported.add(error);
  }

  get isComplete(): boolean {
    return this.#scheduled.length === 0;
  }

  /** Schedules the fragments of a result. `enclosing` are the executions that have fetched the result. */
  schedule(pending: PendingFragments, enclosing: readonly Execution[]): void {
    for (const fragment of pending.inResponseOrder) {
      const labels = this.operation.planLabels.get(fragmentKey(fragment.fragment.label, fragment.fragment.path)) ?? [];
      this.#scheduled.push({ ...fragment, stepRuns: labels.flatMap((label) => this.run.stepRuns.get(label) ?? []), enclosing });
    }
  }

  /** Yields the results as they become ready. If the consumer stops early, deferred steps that have not started never start. */
  async *results(): AsyncGenerator<SubsequentResult, void, undefined> {
    try {
      while (!this.isComplete) {
        const incremental = this.#takeReady();
        if (incremental.length > 0) yield { incremental, hasNext: !this.isComplete };
        else await this.#waitForNextRun();
      }
      this.finish();
    } finally {
      this.run.abandon();
    }
  }

  /** Ends the run, and passes the errors that are in no result to `onUnreportedError`. */
  finish(): void {
    this.run.abandon();
    const { onUnreportedError } = this.operation.scope;
    const executions = [this.run.initialRun, ...executionsOf([...this.run.stepRuns.values()])];
    for (const { errors } of executions) for (const error of errors) if (!this.#reported.has(error)) onUnreportedError(error);
  }

  /** Resolves when another run that a scheduled fragment depends on is done. */
  async #waitForNextRun(): Promise<void> {
    const runs = new Set(this.#scheduled.flatMap(({ stepRuns }) => stepRuns.filter(({ isDone }) => !isDone)));
    await Promise.race([...runs].map(({ whenDone }) => whenDone));
  }

  /** Returns the results of all fragments that are ready; the results of fragments within them follow. */
  #takeReady(): IncrementalResult[] {
    const results: ResultInProgress[] = [];
    for (;;) {
      const ready = this.#scheduled.filter(isReady);
      if (ready.length === 0) return results.map(({ errors, ...result }) => (errors.length > 0 ? { ...result, errors } : result));
      this.#scheduled = this.#scheduled.filter((fragment) => !isReady(fragment));
      const executions = new Set(ready.flatMap(({ stepRuns, enclosing }) => [...enclosing, ...executionsOf(stepRuns)]));
      const errors = groupErrorsByObject(this.run.initialRun.data, executions, new Set(ready.map(({ object }) => object)));
      const lastResults = new Map<Execution, ResultInProgress>();
      for (const fragment of ready) {
        const result = this.#result(fragment, errors.get(fragment.object) ?? []);
        results.push(result);
        for (const execution of executionsOf(fragment.stepRuns)) lastResults.set(execution, result);
      }
      for (const [execution, result] of lastResults) result.errors.push(...this.#errorsWithoutPosition(execution));
    }
  }

  #result({ stepRuns, enclosing, ...pending }: ScheduledFragment, nestedErrors: readonly NestedError[]): ResultInProgress {
    const { fragment, object, path } = pending;
    const { scope, labels } = this.operation;
    // A subgraph may have returned the object as the object of its interface, and the fragment's own fetches its type.
    const typename = isObjectType(scope.schema.getType(pending.typename))
      ? pending.typename
      : String(object.__typename ?? pending.typename);
    const label = labels.get(fragment.label);
    const internalError = stepRuns.find((stepRun) => stepRun.internalError)?.internalError;
    // Without a message, as clients must not see that of an internal error.
    if (internalError) return { label, path, data: null, errors: [new GraphQLError('', { path, originalError: internalError })] };

    const own = executionsOf(stepRuns);
    const nestedFragments = new PendingFragments();
    const writer = createResponseWriter(scope, own[0] ?? enclosing.at(-1)!, nestedFragments);
    const data = writer.writeObject(object, typename, fragment.selection, path);
    const positioned = nestedErrors.flatMap((nested) => {
      const isOwn = own.includes(nested.execution);
      if (!isOwn && !enclosing.includes(nested.execution)) return [];
      const position = positionInFragment({ ...pending, typename }, nested, scope.schema, isOwn);
      return position ? [{ error: nested.error, position }] : [];
    });
    // An error elsewhere in the same request may have made this object null in the subgraph (null propagation).
    const cause = [...enclosing, ...own].findLast((execution) => execution.errors.length > 0)?.errors[0];
    const { errors, unreported } = attributeErrors(positioned, writer, [], cause);
    for (const { error } of positioned) if (!unreported.includes(error)) this.#reported.add(error);
    this.schedule(nestedFragments, [...enclosing, ...own]);
    return { label, path, data, errors };
  }

  /** Returns the errors of a run that have no position in the response, each only once. */
  #errorsWithoutPosition({ errors, failures }: Execution): GraphQLError[] {
    const withoutPosition = [...errors.filter(({ path }) => !path), ...failures.unreported()];
    const unreported = withoutPosition.filter((error) => !this.#reported.has(error));
    for (const error of unreported) this.#reported.add(error);
    return unreported;
  }
}

const isReady = ({ stepRuns }: ScheduledFragment): boolean => stepRuns.every(({ isDone }) => isDone);

const executionsOf = (stepRuns: readonly DeferredStepRun[]): Execution[] => stepRuns.map(({ execution }) => execution);
