import type { Execution } from '../execution.js';
import type { CompiledPlan, Step } from '../plan/compiled-plan.js';

/** The run of a deferred step. */
export interface DeferredStepRun {
  execution: Execution;
  isDone: boolean;
  /** Resolves when the step has run; it never rejects. */
  whenDone: Promise<void>;
  /** The exception that ended the run. Errors of subgraphs are among the execution's errors instead. */
  internalError: Error | null;
}

/**
 * The run of a plan with deferred steps. The initial run executes what the initial result needs. A deferred step starts when
 * the steps that it depends on have run; in a mutation, after the whole initial run. Each deferred step is a separate
 * execution, so that no request contains both entities of the initial result and entities of a deferred fragment.
 */
export class DeferredRun {
  readonly initialRun: Execution;
  /** By the label in the plan. */
  readonly stepRuns = new Map<string, DeferredStepRun>();
  readonly #completions = new Map<string, StepCompletion>();
  #isAbandoned = false;

  constructor(
    private readonly plan: CompiledPlan,
    private readonly createExecution: (initialRun?: Execution) => Execution,
  ) {
    this.initialRun = this.#tracked(createExecution());
  }

  /** Starts the run. Resolves when the initial run is done. */
  async run(): Promise<void> {
    const { step: initialStep, deferredSteps } = this.plan;
    const initial = this.#runStep(this.initialRun, initialStep);
    const isMutation = initialStep?.kind === 'Mutations';
    for (const { label, dependsOn, step } of deferredSteps) {
      const execution = this.#tracked(this.createExecution(this.initialRun));
      const stepRun: DeferredStepRun = { execution, isDone: false, whenDone: Promise.resolve(), internalError: null };
      const completions = dependsOn.map((id) => this.#completionOf(id).promise);
      const dependencies = Promise.all(isMutation ? [initial, ...completions] : completions);
      stepRun.whenDone = dependencies
        .then(() => (this.#isAbandoned ? undefined : this.#runStep(execution, step)))
        .catch((error: Error) => void (stepRun.internalError = error))
        .finally(() => (stepRun.isDone = true));
      this.stepRuns.set(label, stepRun);
    }
    await initial;
  }

  /** Prevents deferred steps that have not started from starting, because their results are no longer needed. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  #tracked(execution: Execution): Execution {
    execution.onStepCompleted = (id) => this.#completionOf(id).complete();
    return execution;
  }

  /**
   * Runs a step. When it ends, even with an exception, all tracked steps within it count as completed, including those in
   * branches of conditions that were not executed.
   */
  async #runStep(execution: Execution, step: Step | null): Promise<void> {
    if (step) for (const id of trackedIds(step)) this.#completionOf(id).expectedRuns++;
    try {
      await execution.run(step);
    } finally {
      if (step) for (const id of trackedIds(step)) this.#completionOf(id).complete();
    }
  }

  #completionOf(id: string): StepCompletion {
    let completion = this.#completions.get(id);
    if (!completion) this.#completions.set(id, (completion = new StepCompletion()));
    return completion;
  }
}

/** The completion of the tracked steps with one id. There are several if the planner's fetch was split. */
class StepCompletion {
  expectedRuns = 0;
  #resolve = (): void => undefined;
  readonly promise = new Promise<void>((resolve) => (this.#resolve = resolve));

  complete(): void {
    if (--this.expectedRuns <= 0) this.#resolve();
  }
}

function trackedIds(step: Step): string[] {
  switch (step.kind) {
    case 'Sequence':
    case 'Parallel':
      return step.steps.flatMap(trackedIds);
    case 'Mutations':
      return step.fields.flatMap(({ step: fieldStep }) => (fieldStep ? trackedIds(fieldStep) : []));
    case 'Tracked':
      return [step.id, ...trackedIds(step.step)];
    case 'Fetch':
    case 'Entities':
      return [];
  }
}
