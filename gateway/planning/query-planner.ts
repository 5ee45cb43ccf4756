import {
  isCompositeType,
  operationFromDocument,
  possibleRuntimeTypes,
  Supergraph,
  type ObjectType,
  type Operation,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { getOperationAST, GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { badInput, codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { narrowInterfaceObjectInputs } from './interface-object-inputs.js';
import { interfaceObjectNames, sortResolvableKeysFirst } from './join-types.js';
import { mapAllFetches, countFetches } from './map-fetches.js';
import { restoreNestedAliases } from './restore-nested-aliases.js';
import { rewriteTypeConditions } from './rewrite-type-conditions.js';
import { PlanningError, type PlannerOptions } from './planner.js';
import { nameRequirements } from './requirements/named-requirements.js';
import { PlanRestorer } from './requirements/plan-restorer.js';
import { rootFieldNames } from './root-field-names.js';
import { withPatchedPathTruncation } from './patch-path-truncation.js';
import { withPatchedFetchGroups } from './patch-fetch-groups.js';
import { hasFewTypeConditions } from './type-conditions.js';
import { withOneOfDefinition } from './one-of.js';
import { requireSupportedFeatures, SUPPORTED_FEATURES } from './supported-features.js';
import { removeIntrospection } from './remove-introspection.js';

/** Matches the messages of the planner's errors about its own limits. They have no code. */
const PLANNER_LIMIT_MESSAGE = /selections exceeds limit|maximum recursive selections/;

/**
 * The maximum number of fetches of a plan. Receiving a plan from the planner thread blocks the main thread for about 0.02 ms
 * per fetch.
 */
const MAX_FETCHES = 1000;

const tooLarge = () => badInput('The operation is too large to be planned. Split it into several operations that select fewer fields.');

const validationError = (message: string) => codedError('GRAPHQL_VALIDATION_FAILED', message);

const planningError = (error: Error) => new PlanningError(`The planner failed: ${error.message}`, { cause: error });

const loadSupergraph = (supergraph: DocumentNode, validateSupergraph: boolean): Supergraph =>
  Supergraph.build(supergraph, { supportedFeatures: new Set(SUPPORTED_FEATURES), validateSupergraph });

/** Apollo's query planner for one supergraph, with corrections of its known defects. It plans synchronously. */
export class SupergraphPlanner {
  readonly #clientSchema: Schema;
  /** The client schema, or that schema with additional fields that only plans use (see named-requirements.ts). */
  readonly #planningSchema: Schema;
  readonly #supergraph: Supergraph;
  readonly #interfaceObjects: ReadonlySet<string>;
  readonly #typeConditionedFetching: boolean;
  /** By whether they use type-conditioned fetching. */
  readonly #planners = new Map<boolean, QueryPlanner>();
  readonly #planRestorer: PlanRestorer | null;
  readonly #isDeferEnabled: boolean;

  /** Throws if the supergraph is invalid or requires an unsupported feature. */
  constructor(supergraph: string, { typeConditionedFetching = false, defer = true }: PlannerOptions) {
    const document = sortResolvableKeysFirst(withOneOfDefinition(parse(supergraph, { noLocation: true })));
    requireSupportedFeatures(document);
    const named = nameRequirements(document);
    const original = loadSupergraph(document, true);
    // Not validated: the renamed supergraph has external fields that no field set uses any more, which is invalid but harmless.
    const loaded = named ? loadSupergraph(named.supergraph, false) : original;
    // Throws if the original supergraph is invalid; the planner would check only the renamed one.
    if (named) original.subgraphs();
    this.#planningSchema = loaded.apiSchema();
    this.#clientSchema = named ? original.apiSchema() : this.#planningSchema;
    this.#planRestorer = named && new PlanRestorer(named);
    this.#isDeferEnabled = defer;
    this.#supergraph = loaded;
    this.#interfaceObjects = interfaceObjectNames(document);
    this.#typeConditionedFetching = typeConditionedFetching;
    this.#planner(typeConditionedFetching);
  }

  apiSchema(): GraphQLSchema {
    return this.#clientSchema.toGraphQLJSSchema({ includeDefer: this.#isDeferEnabled });
  }

  /**
   * Plans a valid operation. Throws a PlanningError if that fails, and a coded GraphQLError if the operation is too large or
   * uses `@defer` where it is not allowed.
   */
  plan(source: string, operationName: string | undefined, activeOverrides: readonly string[] = []): QueryPlan {
    const document = removeIntrospection(parse(source, { noLocation: true }));
    const definition = getOperationAST(document, operationName);
    if (!definition)
      throw new PlanningError(
        operationName ? `The document has no operation named "${operationName}".` : 'The document does not have exactly one operation.',
      );
    const root = this.#planningSchema.schemaDefinition.root(definition.operation)?.type;
    const isRoot = (condition: string) => this.#runtimeTypes(condition).some((type) => type === root);
    if (!rootFieldNames(document, definition, isRoot).some((name) => !name.startsWith('__'))) return { kind: 'QueryPlan' };
    const isConditioned = this.#typeConditionedFetching && hasFewTypeConditions(document);
    const rewritten = rewriteTypeConditions(document, definition, this.#planningSchema, this.#interfaceObjects);
    const plan = this.#buildPlan(this.#toOperation(rewritten, operationName), isConditioned, activeOverrides);
    // Without this check the data would be null without an error.
    if (!plan.node) throw new PlanningError('The planner returned an empty plan.');
    if (countFetches(plan) > MAX_FETCHES) throw tooLarge();
    return plan;
  }

  #runtimeTypes(name: string): readonly ObjectType[] {
    const type = this.#planningSchema.type(name);
    return type && isCompositeType(type) ? possibleRuntimeTypes(type) : [];
  }

  /**
   * Throws a validation error for an operation that is valid for graphql-js but not for the planner: one with `@defer` on a
   * mutation's root fields.
   */
  #toOperation(document: DocumentNode, operationName: string | undefined): Operation {
    try {
      return operationFromDocument(this.#planningSchema, document, { operationName });
    } catch (error) {
      if (error instanceof GraphQLError && error.extensions.code === 'INVALID_GRAPHQL') throw validationError(error.message);
      throw planningError(error as Error);
    }
  }

  /** Returns the planner with or without type-conditioned fetching. Each is created on first use. */
  #planner(isConditioned: boolean): QueryPlanner {
    let planner = this.#planners.get(isConditioned);
    if (!planner) {
      planner = new QueryPlanner(this.#supergraph, {
        typeConditionedFetching: isConditioned,
        incrementalDelivery: { enableDefer: this.#isDeferEnabled },
        // Finding the client's fragments again takes longer than it takes a subgraph to parse the operation without fragments.
        reuseQueryFragments: false,
      });
      this.#planners.set(isConditioned, planner);
    }
    return planner;
  }

  #buildPlan(operation: Operation, isConditioned: boolean, activeOverrides: readonly string[]): QueryPlan {
    const options = { overrideConditions: new Map(activeOverrides.map((label) => [label, true])) };
    try {
      const plannable = operation.rootKind === 'subscription' ? operation.expandAllFragments().withoutDefer() : operation;
      const plan = withPatchedFetchGroups(() =>
        withPatchedPathTruncation(() => this.#planner(isConditioned).buildQueryPlan(plannable, options)),
      );
      const corrected = mapAllFetches(plan, (fetch) => restoreNestedAliases(narrowInterfaceObjectInputs(fetch, this.#supergraph)));
      return this.#planRestorer?.restore(corrected) ?? corrected;
    } catch (error) {
      if (PLANNER_LIMIT_MESSAGE.test((error as Error).message)) throw tooLarge();
      throw planningError(error as Error);
    }
  }
}
