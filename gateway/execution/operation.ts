import type { ExecutionResult, FragmentDefinitionNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { OperationDemands, Remainder } from '../authorization/authorization.js';
import type { Credentials } from '../authorization/clause.js';
import { refusal } from '../authorization/refusal.js';
import type { PlanCache } from '../planning/plan-cache.js';
import type { Planner } from '../planning/planner.js';
import { completed } from '../subscriptions/completed.js';
import { Execution } from './execution.js';
import type { SubgraphAnswer } from './transport/answer.js';
import { SubgraphRequests, type Send } from './fetch/subgraph-requests.js';
import { NOTHING, type CompiledPlan } from './plan/compile-plan.js';
import { conditionVariables, decided } from './plan/conditions.js';
import type { InternalDocument } from './plan/internal-names.js';
import { planOperation } from './plan/plan-operation.js';
import type { SchemaTypes } from './schema-types.js';
import { respond } from './shape/respond.js';
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
  /** About how many bytes of memory it takes. */
  bytes: number;
}

/** One request of an operation. */
export interface OperationRequest {
  /** The variables, as the client gave them. */
  given: Readonly<Record<string, unknown>>;
  send: Send;
  /** What the client proved. Policies are asked for by name. */
  credentials: (policies: readonly string[]) => Promise<Credentials>;
  /** Hears of errors that the client does not: those of fields that it did not select, where all that it did select is there. */
  onUnseen: (error: GraphQLError) => void;
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

  constructor(source: OperationSource) {
    this.#source = source;
    this.#conditions = conditionVariables([source.operation, ...Object.values(source.fragments)]);
  }

  /** Answers the operation. What goes wrong at a subgraph is among the result's errors; what cannot be planned is thrown. */
  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const variables = this.#read(request.given);
    if (!(variables instanceof Variables)) return { errors: variables };
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
      await one.complete(result as SubgraphAnswer);
      return this.#respond(one, run);
    });
  }

  #respond(execution: Execution, { variant: { selection }, variables, credentials, onUnseen }: Run): ExecutionResult {
    return respond({ ...this.#source, selection, variables, refusal: (path) => refusal(credentials, path), onUnseen }, execution);
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

  async #prepare(variables: Variables, request: OperationRequest): Promise<Run> {
    const { demands, cache } = this.#source;
    const credentials = demands ? await request.credentials(demands.policies) : STRANGER;
    const remainder = demands && 'policies' in credentials ? demands.authorize(credentials) : null;
    const key = this.#key(variables, remainder);
    const variant = cache.get(key) ?? (await cache.make(key, () => this.#make(variables, remainder)));
    return { variant, variables, credentials, onUnseen: request.onUnseen };
  }

  #key(variables: Variables, remainder: Remainder | null): string {
    const { key } = this.#source;
    if (this.#conditions.length === 0 && !remainder) return key;
    return `${key} ${this.#conditions.map((variable) => (variables.isTrue(variable) ? 't' : 'f')).join('')} ${remainder?.key ?? ''}`;
  }

  async #make(variables: Variables, remainder: Remainder | null): Promise<Variant> {
    const { operation, schema, fragments, internal } = this.#source;
    const values = new Map(this.#conditions.map((variable) => [variable, variables.isTrue(variable)]));
    const isTrue = (variable: string): boolean => values.get(variable)!;
    const readable = remainder ? remainder.document : internal.document;
    const isDecided = this.#conditions.length <= DECIDED_CONDITIONS;
    const { plan, length } = readable
      ? await planOperation(isDecided ? decided(readable, isTrue) : readable, { ...this.#source, kind: operation.operation })
      : { plan: NOTHING, length: 0 };
    const scope = { schema, fragments, isTrue, keys: internal.keys, refused: remainder?.refused ?? null };
    return {
      plan,
      selection: new Selection(scope, [operation.selectionSet]),
      bytes: BYTES_PER_CHARACTER * (length + (operation.loc?.source.body.length ?? 0)), // Its nodes hold the whole text.
    };
  }
}

const STRANGER = { isAuthenticated: false };
