import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { OperationRequirements, FilteredOperation } from '../authorization/authorization.js';
import type { PlanCache } from '../planning/plan-cache.js';
import { PlanningError, type Planner } from '../planning/planner.js';
import { withoutDefer, type DeferLabels } from './plan/defer-labels.js';
import { plannableDefers, type PlannableDefers } from './defer/plannable-defers.js';
import { emptyPlan, type CompiledPlan } from './plan/compiled-plan.js';
import { conditionVariables, resolveConditions } from './plan/conditions.js';
import { planOperation } from './plan/plan-operation.js';
import type { PlannableDocument } from './plan/rename-for-planning.js';
import type { JsonWriterPool } from './response/json-writer-pool.js';
import { Selection } from './response/selection.js';
import type { SchemaTypes } from './schema-types.js';
import type { Variables } from './variables.js';

/** Estimated bytes of a compiled plan and its selection, per character of the plan's and the document's text. */
const BYTES_PER_CHARACTER = 16;

/** An operation and what is needed to plan and execute it. */
export interface OperationSource {
  /** The client's operation, with its `@defer` directives labelled. */
  operation: OperationDefinitionNode;
  operationName: string | undefined;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The document in the form in which it is planned. */
  plannable: PlannableDocument;
  /** The labels of its `@defer` directives, in both documents; null if it has none. */
  labels: DeferLabels | null;
  /** The credentials that its fields require; null if none do. */
  accessRequirements: OperationRequirements | null;
  /** The API schema. */
  schema: GraphQLSchema;
  types: SchemaTypes;
  planner: Planner;
  jsonWriters: JsonWriterPool;
  /** Caches the variants of all operations of the generation. */
  cache: PlanCache<OperationVariant>;
  /** The prefix of the operation's keys in the cache. */
  cacheKey: string;
}

/** An operation, planned for certain values of its conditions, certain credentials and certain deferred fragments. */
export interface OperationVariant {
  plan: CompiledPlan;
  selection: Selection;
  /** The labels in the plan of the operation's deferred fragments. */
  planLabels: PlannableDefers['planLabels'];
  /** The estimated memory that the variant takes, in bytes. */
  bytes: number;
}

/** The properties of a request that its variant depends on. */
export interface VariantRequest {
  variables: Variables;
  /** The part of the operation that the client is authorized to read; null for all of it. */
  filteredOperation: FilteredOperation | null;
  /** The labels of the fragments to defer; null for none. */
  deferred: ReadonlySet<string> | null;
  /** Called if the planner fails with the deferred fragments; the variant then defers nothing. */
  onDeferFallback?: (error: PlanningError) => void;
}

/**
 * The variants of one operation. It is planned anew for each combination of the values of its conditions, because the planner
 * makes better plans without conditions, and for each set of fields that a client is authorized to read.
 */
export class OperationVariants {
  readonly #source: OperationSource;
  readonly #conditionVariables: readonly string[];

  constructor(source: OperationSource) {
    this.#source = source;
    this.#conditionVariables = conditionVariables([source.operation, ...Object.values(source.fragments)]);
  }

  /** Returns the cached variant for variables, all fields and nothing deferred; undefined if it is not cached. */
  cached(variables: Variables): OperationVariant | undefined {
    return this.#source.cache.get(this.#key(variables, null));
  }

  /**
   * Returns the cached variant for a request, or plans it. Rejects with a PlanningError or a coded GraphQLError of the
   * planner.
   */
  async get(request: VariantRequest): Promise<OperationVariant> {
    const { cache } = this.#source;
    const { variables, filteredOperation, deferred } = request;
    const key = deferred ? `${this.#key(variables, filteredOperation)} ${[...deferred].join()}` : this.#key(variables, filteredOperation);
    return cache.get(key) ?? (await cache.create(key, () => this.#create(request)));
  }

  #key(variables: Variables, filteredOperation: FilteredOperation | null): string {
    const { cacheKey } = this.#source;
    if (this.#conditionVariables.length === 0 && !filteredOperation) return cacheKey;
    const values = this.#conditionVariables.map((variable) => (variables.isTrue(variable) ? 't' : 'f')).join('');
    return `${cacheKey} ${values} ${filteredOperation?.key ?? ''}`;
  }

  async #create({ variables, filteredOperation, deferred, onDeferFallback }: VariantRequest): Promise<OperationVariant> {
    try {
      return await this.#plan(variables, filteredOperation, deferred);
    } catch (error) {
      if (!deferred || !(error instanceof PlanningError)) throw error;
      onDeferFallback?.(error);
      return this.#plan(variables, filteredOperation, null);
    }
  }

  async #plan(
    variables: Variables,
    filteredOperation: FilteredOperation | null,
    deferred: ReadonlySet<string> | null,
  ): Promise<OperationVariant> {
    const { operation, operationName, schema, fragments, plannable, labels } = this.#source;
    const values = new Map(this.#conditionVariables.map((variable) => [variable, variables.isTrue(variable)]));
    const isTrue = (variable: string): boolean => values.get(variable)!;

    const authorized = filteredOperation ? filteredOperation.document : plannable.document;
    const resolved = authorized && resolveConditions(authorized, isTrue);
    const filtered = resolved && labels && !deferred ? withoutDefer(resolved) : resolved;
    const { document, planLabels } =
      filtered && deferred ? plannableDefers(filtered, operationName, deferred) : { document: filtered, planLabels: NO_PLAN_LABELS };
    const { plan, textLength } = document
      ? await planOperation(document, { ...this.#source, kind: operation.operation })
      : { plan: emptyPlan(), textLength: 0 };

    const unauthorizedFields = filteredOperation?.unauthorizedFields ?? null;
    const scope = { schema, fragments, isTrue, responseKeys: plannable.responseKeys, unauthorizedFields, activeLabels: deferred };
    return {
      plan,
      planLabels,
      selection: new Selection(scope, [operation.selectionSet]),
      // The nodes of the operation keep the text of the whole document alive.
      bytes: BYTES_PER_CHARACTER * (textLength + (operation.loc?.source.body.length ?? 0)),
    };
  }
}

const NO_PLAN_LABELS: PlannableDefers['planLabels'] = new Map();
