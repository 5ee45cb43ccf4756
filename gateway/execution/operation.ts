import type { ExecutionResult, FragmentDefinitionNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { OperationDemands, Remainder } from '../authorization/authorization.js';
import type { Credentials } from '../authorization/clause.js';
import { refusal } from '../authorization/refusal.js';
import type { PlanCache } from '../planning/plan-cache.js';
import { PlanningFault, type Planner } from '../planning/planner.js';
import { completed } from './completed.js';
import { Execution } from './execution.js';
import type { SendRequest, SubgraphResponse } from '../transport/subgraph-response.js';
import { answerInParts } from './defer/answer-in-parts.js';
import type { Deliver } from './defer/delivery.js';
import { Deferrals } from './defer/deferrals.js';
import { withoutDefer, type DeferLabels } from './defer/labels.js';
import { plannableDefers, type PlannableDefers } from './defer/plannable.js';
import { SubgraphRequests } from './fetch/subgraph-requests.js';
import { NOTHING, type CompiledPlan } from './plan/compile-plan.js';
import { conditionVariables, decided } from './plan/conditions.js';
import type { InternalDocument } from './plan/internal-names.js';
import { planOperation } from './plan/plan-operation.js';
import type { SchemaTypes } from './schema-types.js';
import { respond, type ResponseScope } from './shape/respond.js';
import { Selection } from './shape/selection.js';
import { Variables } from './variables.js';

/** With more condition variables than this an operation is planned once, with its conditions in the plan. */
const DECIDED_CONDITIONS = 6;
/** Bytes that a compiled plan and selection take, for each character of the plan's and the operation's text. */
const BYTES_PER_CHARACTER = 16;

export interface OperationSource {
  operation: OperationDefinitionNode;
  operationName: string | undefined;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The client's document as it is planned. */
  internal: InternalDocument;
  /** Its `@defer`s; null for none. Both documents have the names. */
  labels: DeferLabels | null;
  /** What it demands of who sends it; null for nothing. */
  demands: OperationDemands | null;
  schema: GraphQLSchema;
  types: SchemaTypes;
  planner: Planner;
  /** Keeps what is made of operations; this one's name there. */
  cache: PlanCache<Variant>;
  key: string;
}

/** An operation under certain values of its conditions and for readers of certain rights, ready to run. */
export interface Variant {
  plan: CompiledPlan;
  selection: Selection;
  /** The names in the plan of deferred fragments, by their places. */
  places: PlannableDefers['places'];
  /** About how many bytes of memory it takes. */
  bytes: number;
}

/** One request of an operation. */
export interface OperationRequest {
  /** The variables, as the client gave them. */
  given: Readonly<Record<string, unknown>>;
  send: SendRequest;
  /** What the client proved. Policies are asked for by name. */
  credentials: (policies: readonly string[]) => Promise<Credentials>;
  /** Hears of errors that the client does not: those of fields that it did not select, where all that it did select is there. */
  onUnseen: (error: GraphQLError) => void;
  /** Takes what is answered after the result, if anything is. A client without it gets the whole answer at once. */
  deliver?: Deliver;
  /** Hears why an operation is answered whole that could be deferred: the planner fails on it. */
  onUndeferred?: (fault: PlanningFault) => void;
}

/** Opens the events of a subscription in a subgraph, which is asked with a JSON body. */
export type OpenEvents = (subgraph: string, body: string) => AsyncIterable<StreamEvent>;

/** A request with what belongs to it. */
interface Run {
  variant: Variant;
  variables: Variables;
  credentials: Pick<Credentials, 'isAuthenticated'>;
  onUnseen: OperationRequest['onUnseen'];
}

/**
 * A client's operation; it runs as often as it is asked. It is planned for the values that the variables of its conditions
 * have: what is skipped is then in no plan, and planners are at their best without conditions. Nor is what its reader may
 * not see.
 */
export class Operation {
  readonly #source: OperationSource;
  readonly #conditions: readonly string[];
  readonly #deferrals: Deferrals | null;

  constructor(source: OperationSource) {
    this.#source = source;
    const nodes = [source.operation, ...Object.values(source.fragments)];
    this.#conditions = conditionVariables(nodes);
    this.#deferrals = source.labels && Deferrals.of(nodes, source.labels);
  }

  /** Answers the operation. What goes wrong at a subgraph is among the result's errors; what cannot be planned is thrown. */
  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const variables = this.#read(request.given);
    if (!(variables instanceof Variables)) return { errors: variables };
    const deferred = request.deliver && this.#deferrals ? this.#deferrals.active(variables) : null;
    if (deferred) return this.#executeInParts(request, variables, deferred);
    const run = this.#known(variables, request) ?? (await this.#prepare(variables, request));
    const execution = new Execution(run.variant.plan, variables, this.#source.types, request.send);
    await execution.run();
    return this.#respond(execution, run);
  }

  /**
   * The events of a subscription, as its subgraph tells them, each completed from the other subgraphs; or the errors for
   * which there are none.
   */
  async subscribe(request: OperationRequest, open: OpenEvents): Promise<AsyncIterable<StreamEvent> | ExecutionResult> {
    const variables = this.#read(request.given);
    if (!(variables instanceof Variables)) return { errors: variables };
    const run = await this.#prepare(variables, request);
    const { types } = this.#source;
    const { plan } = run.variant;
    const execution = (): Execution => new Execution(plan, variables, types, request.send);
    if (!plan.primary) return { errors: this.#respond(execution(), run).errors };
    const events = open(plan.primary.subgraph, new SubgraphRequests(request.send, variables, types).body(plan.primary));
    return completed(events, async (result) => {
      const one = execution();
      await one.complete(result as SubgraphResponse);
      return this.#respond(one, run);
    });
  }

  async #executeInParts(request: OperationRequest, variables: Variables, deferred: ReadonlySet<string>): Promise<ExecutionResult> {
    const run = await this.#prepare(variables, request, deferred);
    const { plan, places } = run.variant;
    const execution = (beside?: Execution): Execution => new Execution(plan, variables, this.#source.types, request.send, beside);
    return answerInParts({ asked: this.#asked(run), plan, places, labels: this.#deferrals!.labels, execution }, request.deliver!);
  }

  #respond(execution: Execution, run: Run): ExecutionResult {
    return respond(this.#asked(run), execution);
  }

  #asked({ variant: { selection }, variables, credentials, onUnseen }: Run): ResponseScope {
    return { ...this.#source, selection, variables, refusal: (path) => refusal(credentials, path), onUnseen };
  }

  #read(given: Readonly<Record<string, unknown>>): Variables | readonly GraphQLError[] {
    const { schema, operation, internal } = this.#source;
    return Variables.read(schema, operation.variableDefinitions ?? [], given, internal.variables);
  }

  /** The way of most requests: without a promise. */
  #known(variables: Variables, { onUnseen }: OperationRequest): Run | undefined {
    if (this.#source.demands) return undefined;
    const variant = this.#source.cache.get(this.#key(variables, null));
    return variant && { variant, variables, credentials: STRANGER, onUnseen };
  }

  async #prepare(variables: Variables, request: OperationRequest, deferred: ReadonlySet<string> | null = null): Promise<Run> {
    const { demands, cache } = this.#source;
    const credentials = demands ? await request.credentials(demands.policies) : STRANGER;
    const remainder = demands && 'policies' in credentials ? demands.authorize(credentials) : null;
    const key = deferred ? `${this.#key(variables, remainder)} ${[...deferred].join()}` : this.#key(variables, remainder);
    const variant = cache.get(key) ?? (await cache.make(key, () => this.#make(variables, remainder, deferred, request)));
    return { variant, variables, credentials, onUnseen: request.onUnseen };
  }

  #key(variables: Variables, remainder: Remainder | null): string {
    const { key } = this.#source;
    if (this.#conditions.length === 0 && !remainder) return key;
    return `${key} ${this.#conditions.map((variable) => (variables.isTrue(variable) ? 't' : 'f')).join('')} ${remainder?.key ?? ''}`;
  }

  async #make(
    variables: Variables,
    remainder: Remainder | null,
    deferred: ReadonlySet<string> | null,
    { onUndeferred }: OperationRequest,
  ): Promise<Variant> {
    try {
      return await this.#makeDeferring(variables, remainder, deferred);
    } catch (fault) {
      if (!deferred || !(fault instanceof PlanningFault)) throw fault;
      onUndeferred?.(fault);
      return this.#makeDeferring(variables, remainder, null);
    }
  }

  async #makeDeferring(variables: Variables, remainder: Remainder | null, deferred: ReadonlySet<string> | null): Promise<Variant> {
    const { operation, operationName, schema, fragments, internal, labels } = this.#source;
    const values = new Map(this.#conditions.map((variable) => [variable, variables.isTrue(variable)]));
    const isTrue = (variable: string): boolean => values.get(variable)!;
    const readable = remainder ? remainder.document : internal.document;
    const isDecided = this.#conditions.length <= DECIDED_CONDITIONS;
    const conditioned = readable && isDecided ? decided(readable, isTrue) : readable;
    const whole = conditioned && labels && !deferred ? withoutDefer(conditioned) : conditioned;
    const { document, places } = whole && deferred ? plannableDefers(whole, operationName, deferred) : { document: whole, places: NOWHERE };
    const { plan, length } = document
      ? await planOperation(document, { ...this.#source, kind: operation.operation })
      : { plan: NOTHING, length: 0 };
    const scope = { schema, fragments, isTrue, keys: internal.keys, refused: remainder?.refused ?? null, deferred };
    return {
      plan,
      places,
      selection: new Selection(scope, [operation.selectionSet]),
      bytes: BYTES_PER_CHARACTER * (length + (operation.loc?.source.body.length ?? 0)), // Its nodes hold the whole text.
    };
  }
}

const NOWHERE: PlannableDefers['places'] = new Map();
const STRANGER = { isAuthenticated: false };
