import { GraphQLError } from 'graphql';
import type { Execution } from '../execution.js';
import type { CompiledPlan } from '../plan/compile-plan.js';
import { attributeErrors } from '../shape/attribute-errors.js';
import { shaperOf, type ResponseScope } from '../shape/respond.js';
import type { DeferredRun, PartRun } from './deferred-run.js';
import type { IncrementalItem, LaterPart } from './delivery.js';
import type { DeferLabels } from './labels.js';
import { errorsWithin, placeIn, type ErrorWithin } from './part-errors.js';
import { PendingFragments, type PendingFragment } from './pending-fragments.js';
import { placeOf, type PlannableDefers } from './plannable.js';

export interface DeferredOperation {
  asked: ResponseScope;
  plan: CompiledPlan;
  places: PlannableDefers['places'];
  labels: DeferLabels;
  /** An execution of the plan, beside another one. */
  execution: (beside?: Execution) => Execution;
}

/** A fragment that is not answered yet. */
interface Waiting extends PendingFragment {
  /** The runs that bring what it selects; none where all came with what is around it. */
  parts: readonly PartRun[];
  /** The executions that brought what is around it. */
  above: readonly Execution[];
}

/** An item whose errors are still being gathered. */
type Answered = IncrementalItem & { errors: GraphQLError[] };

/** The answers to deferred fragments, each when the fields that it selects are there and what is around it was answered. */
export class LaterAnswers {
  #waiting: Waiting[] = [];
  /** Errors that some answer has told. */
  readonly #told = new Set<GraphQLError>();

  /** @param unseen errors that the first answer did not tell. */
  constructor(
    private readonly operation: DeferredOperation,
    private readonly run: DeferredRun,
    unseen: ReadonlySet<GraphQLError>,
  ) {
    for (const error of run.primary.errors) if (!unseen.has(error)) this.#told.add(error);
  }

  get isOver(): boolean {
    return this.#waiting.length === 0;
  }

  /** Fragments that an answer has left, and the executions that it was made of. */
  await(pending: PendingFragments, above: readonly Execution[]): void {
    for (const one of pending.found) {
      const names = this.operation.places.get(placeOf(one.fragment.label, one.fragment.path)) ?? [];
      this.#waiting.push({ ...one, parts: names.flatMap((name) => this.run.parts.get(name) ?? []), above });
    }
  }

  /** All that becomes ready, until nothing is left. Where it is left before, what was not asked for yet never is. */
  async *parts(): AsyncGenerator<LaterPart, void, undefined> {
    try {
      while (!this.isOver) {
        const incremental = this.#ready();
        if (incremental.length > 0) yield { incremental, hasNext: !this.isOver };
        else await this.#next();
      }
      this.end();
    } finally {
      this.run.abandon();
    }
  }

  /** Nothing more is answered. What no answer told is told to whom it concerns. */
  end(): void {
    this.run.abandon();
    const executions = [this.run.primary, ...[...this.run.parts.values()].map(({ execution }) => execution)];
    for (const { errors } of executions) for (const error of errors) if (!this.#told.has(error)) this.operation.asked.onUnseen(error);
  }

  /** When another run is done that a fragment waits for. */
  async #next(): Promise<void> {
    const runs = new Set(this.#waiting.flatMap(({ parts }) => parts.filter(({ isDone }) => !isDone)));
    await Promise.race([...runs].map(({ done }) => done));
  }

  /** The answers to all fragments that are ready, those within one behind it. */
  #ready(): IncrementalItem[] {
    const items: Answered[] = [];
    for (;;) {
      const ready = this.#waiting.filter(isReady);
      if (ready.length === 0) return items.map(({ errors, ...item }) => (errors.length > 0 ? { ...item, errors } : item));
      this.#waiting = this.#waiting.filter((one) => !isReady(one));
      const executions = new Set(ready.flatMap(({ parts, above }) => [...above, ...executionsOf(parts)]));
      const errors = errorsWithin(this.run.primary.data, executions, new Set(ready.map(({ object }) => object)));
      const last = new Map<Execution, Answered>();
      for (const one of ready) {
        const item = this.#item(one, errors.get(one.object) ?? []);
        items.push(item);
        for (const execution of executionsOf(one.parts)) last.set(execution, item);
      }
      for (const [execution, item] of last) item.errors.push(...this.#ofNoPlace(execution));
    }
  }

  #item({ parts, above, ...one }: Waiting, within: readonly ErrorWithin[]): Answered {
    const { fragment, object, typename, path } = one;
    const { asked, labels } = this.operation;
    const label = labels.get(fragment.label);
    const fault = parts.find((part) => part.fault)?.fault;
    if (fault) return { label, path, data: null, errors: [new GraphQLError('', { path, originalError: fault })] };

    const own = executionsOf(parts);
    const pending = new PendingFragments();
    const shaper = shaperOf(asked, own[0] ?? above.at(-1)!, pending);
    const data = shaper.part(object, typename, fragment.selection, path);
    const placed = within.flatMap((error) => {
      const isOwn = own.includes(error.execution);
      const place = isOwn || above.includes(error.execution) ? placeIn(one, error, asked.schema, isOwn) : undefined;
      return place ? [{ error: error.error, place }] : [];
    });
    // An error may have taken objects beside its own along, in the subgraph that was asked for all of them.
    const cause = [...above, ...own].findLast((execution) => execution.errors.length > 0)?.errors[0];
    const { errors, unseen } = attributeErrors(placed, shaper, [], cause);
    for (const { error } of placed) if (!unseen.includes(error)) this.#told.add(error);
    this.await(pending, [...above, ...own]);
    return { label, path, data, errors };
  }

  /** What of a run has no place in the response; it is told once. */
  #ofNoPlace({ errors, failures }: Execution): GraphQLError[] {
    const untold = [...errors.filter(({ path }) => !path), ...failures.unreported()].filter((error) => !this.#told.has(error));
    for (const error of untold) this.#told.add(error);
    return untold;
  }
}

const isReady = ({ parts }: Waiting): boolean => parts.every(({ isDone }) => isDone);

const executionsOf = (parts: readonly PartRun[]): Execution[] => parts.map(({ execution }) => execution);
