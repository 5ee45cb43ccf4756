import type { Execution } from '../execution.js';
import type { CompiledPlan, Step } from '../plan/compile-plan.js';

/** What a plan fetches for one deferred fragment. */
export interface DeferredStep {
  /** The fragment's name in the plan. */
  label: string;
  /** The names of fetches that have to be there before. */
  depends: readonly string[];
  /** Null where all is fetched elsewhere. */
  step: Step | null;
}

/** The run of a deferred step. */
export interface PartRun {
  execution: Execution;
  isDone: boolean;
  /** Resolves when the step has run. */
  done: Promise<void>;
  /** A fault of ours: what goes wrong at a subgraph is among the execution's errors. */
  fault: Error | null;
}

/**
 * The run of a plan with deferred steps. Each of these begins when what it depends on is there, after the whole first answer
 * where that is a mutation's, and is an execution of its own: what the first answer waits for is never in one request with
 * what may come late.
 */
export class DeferredRun {
  /** What is fetched for the first answer. */
  readonly primary: Execution;
  /** By the fragments' names in the plan. */
  readonly parts = new Map<string, PartRun>();
  readonly #told = new Map<string, Told>();
  #isAbandoned = false;

  constructor(
    private readonly plan: CompiledPlan,
    private readonly execution: (beside?: Execution) => Execution,
  ) {
    this.primary = this.#heard(execution());
  }

  /** Begins; resolves when all is there for the first answer. */
  async run(): Promise<void> {
    const { step, deferred } = this.plan;
    const first = this.#run(this.primary, step);
    const isMutation = step?.kind === 'Mutations';
    for (const { label, depends, step: own } of deferred) {
      const execution = this.#heard(this.execution(this.primary));
      const part: PartRun = { execution, isDone: false, done: Promise.resolve(), fault: null };
      const before = isMutation ? first : Promise.all(depends.map((id) => this.#of(id).promise));
      part.done = before
        .then(() => (this.#isAbandoned ? undefined : this.#run(execution, own)))
        .catch((error: Error) => void (part.fault = error))
        .finally(() => (part.isDone = true));
      this.parts.set(label, part);
    }
    await first;
  }

  /** Nobody waits for the parts any more: those that have not begun never do. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  #heard(execution: Execution): Execution {
    execution.onTold = (id) => this.#of(id).tell();
    return execution;
  }

  /** When a step is over, whatever became of it, nobody waits for what is named in it. */
  async #run(execution: Execution, step: Step | null): Promise<void> {
    if (step) for (const id of namesIn(step)) this.#of(id).expected++;
    try {
      await execution.run(step);
    } finally {
      if (step) for (const id of namesIn(step)) this.#of(id).tell();
    }
  }

  #of(id: string): Told {
    let told = this.#told.get(id);
    if (!told) this.#told.set(id, (told = new Told()));
    return told;
  }
}

/** Whether a fetch has run, which may be several requests. */
class Told {
  expected = 0;
  #resolve = (): void => undefined;
  readonly promise = new Promise<void>((resolve) => (this.#resolve = resolve));

  tell(): void {
    if (--this.expected <= 0) this.#resolve();
  }
}

function namesIn(step: Step): string[] {
  switch (step.kind) {
    case 'Sequence':
    case 'Parallel':
      return step.steps.flatMap(namesIn);
    case 'Mutations':
      return step.fields.flatMap(({ step: one }) => (one ? namesIn(one) : []));
    case 'Condition':
      return [step.ifTrue, step.ifFalse].flatMap((one) => (one ? namesIn(one) : []));
    case 'Tracked':
      return [step.id, ...namesIn(step.step)];
    case 'Fetch':
    case 'Entities':
      return [];
  }
}
