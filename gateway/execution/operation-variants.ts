import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { OperationRequirements, FilteredOperation } from '../authorization/authorization.js';
import type { PlanCache } from '../planning/plan-cache.js';
import type { OverrideLabels } from '../planning/override-labels.js';
import { PlanningError, type Planner } from '../planning/planner.js';
import { withoutDefer, type DeferLabels } from './plan/defer-labels.js';
import { plannableDefers, type PlannableDefers } from './defer/plannable-defers.js';
import { emptyPlan, type CompiledPlan } from './plan/compiled-plan.js';
import { conditionVariables, resolveConditions } from './plan/conditions.js';
import type { ExactDocument } from './plan/exact-literals.js';
import { planOperation } from './plan/plan-operation.js';
import type { PlannableDocument } from './plan/rename-for-planning.js';
import type { JsonWriterPool } from './response/json-writer-pool.js';
import { Selection } from './response/selection.js';
import type { SchemaTypes } from './schema-types.js';
import type { Variables } from './variables.js';

/** The maximum number of cached variants of one operation, so that one operation does not evict the plans of all others. */
const MAX_VARIANTS = 100;
/** Estimated bytes of a compiled plan and its selection, per character of the plan's and the document's text. */
const BYTES_PER_CHARACTER = 16;

/** An operation and what is needed to plan and execute it. */
export interface OperationSource {
  /** The client's operation, with its `@defer` directives labelled. */
  operation: OperationDefinitionNode;
  operationName: string | undefined;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The document in the form in which it is planned. */
  plannable: PlannableDocument & ExactDocument;
  /** The labels of its `@defer` directives, in both documents; null if it has none. */
  labels: DeferLabels | null;
  /** The credentials that its fields require; null if none do. */
  accessRequirements: OperationRequirements | null;
  /** The API schema. */
  schema: GraphQLSchema;
  types: SchemaTypes;
  planner: Planner;
  jsonWriters: JsonWriterPool;
  overrideLabels: OverrideLabels;
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
  /** Called before the operation is planned for this request. Throws or rejects to refuse that. */
  beforePlanning?: () => void | Promise<void>;
  /** Called if the planner fails with the deferred fragments; the variant then defers nothing. */
  onDeferFallback?: (error: PlanningError) => void;
}

/**
 * The variants of one operation. It is planned anew for each combination of the values of its conditions, because the planner
 * loses fetches of operations with conditions and makes better plans without them, for each set of fields that a client is
 * authorized to read, and for each set of active overrides.
 */
export class OperationVariants {
  readonly #source: OperationSource;
  readonly #conditionVariables: readonly string[];
  /** The keys of the variants in the cache, the oldest first. */
  readonly #keys = new Set<string>();

  constructor(source: OperationSource) {
    this.#source = source;
    this.#conditionVariables = conditionVariables([source.operation, ...Object.values(source.fragments)]);
  }

  /** Returns the cached variant for variables, all fields and nothing deferred; undefined if it is not cached. */
  cached(variables: Variables): OperationVariant | undefined {
    return this.#source.cache.get(this.#key(variables, null, this.#source.overrideLabels.draw()));
  }

  /**
   * Returns the cached variant for a request, or plans it. Rejects with a PlanningError or a coded GraphQLError of the
   * planner.
   */
  async get(request: VariantRequest): Promise<OperationVariant> {
    const { cache, overrideLabels } = this.#source;
    const { variables, filteredOperation, deferred } = request;
    const activeOverrides = overrideLabels.draw();
    const withoutDeferred = this.#key(variables, filteredOperation, activeOverrides);
    const key = deferred ? `${withoutDeferred} ${[...deferred].join()}` : withoutDeferred;
    const planned = cache.get(key) ?? cache.pending(key);
    if (planned) return planned;
    await request.beforePlanning?.();
    return cache.create(key, () => this.#create(key, request, activeOverrides));
  }

  #key(variables: Variables, filteredOperation: FilteredOperation | null, activeOverrides: readonly string[]): string {
    const { cacheKey } = this.#source;
    if (this.#conditionVariables.length === 0 && !filteredOperation && activeOverrides.length === 0) return cacheKey;
    const values = this.#conditionVariables.map((variable) => (variables.isTrue(variable) ? 't' : 'f')).join('');
    return `${cacheKey} ${values} ${filteredOperation?.key ?? ''} ${activeOverrides.join()}`;
  }

  async #create(key: string, request: VariantRequest, activeOverrides: readonly string[]): Promise<OperationVariant> {
    const variant = await this.#planOrFallBack(request, activeOverrides);
    this.#keys.delete(key);
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > MAX_VARIANTS) {
      this.#keys.delete(oldest!);
      this.#source.cache.delete(oldest!);
    }
    return variant;
  }

  async #planOrFallBack(request: VariantRequest, activeOverrides: readonly string[]): Promise<OperationVariant> {
    try {
      return await this.#plan(request, activeOverrides);
    } catch (error) {
      if (!request.deferred || !(error instanceof PlanningError)) throw error;
      request.onDeferFallback?.(error);
      return this.#plan({ ...request, deferred: null }, activeOverrides);
    }
  }

  async #plan({ variables, filteredOperation, deferred }: VariantRequest, activeOverrides: readonly string[]): Promise<OperationVariant> {
    const { operation, operationName, schema, fragments, plannable, labels } = this.#source;
    const values = new Map(this.#conditionVariables.map((variable) => [variable, variables.isTrue(variable)]));
    const isTrue = (variable: string): boolean => values.get(variable)!;

    const authorized = filteredOperation ? filteredOperation.document : plannable.document;
    const resolved = authorized && resolveConditions(authorized, isTrue);
    const filtered = resolved && labels && !deferred ? withoutDefer(resolved) : resolved;
    const { document, planLabels } =
      filtered && deferred ? plannableDefers(filtered, operationName, deferred) : { document: filtered, planLabels: NO_PLAN_LABELS };
    const { plan, textLength } = document
      ? await planOperation(document, { ...this.#source, kind: operation.operation, activeOverrides })
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
