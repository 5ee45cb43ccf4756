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
import { narrowedInputs } from './interface-object-inputs.js';
import { interfaceObjects, resolvableKeysFirst } from './join-types.js';
import { changeFetches, countFetches } from './map-fetches.js';
import { withNestedAliases } from './nested-aliases.js';
import { plannableConditions } from './plannable-conditions.js';
import { PlanningFault, type PlannerOptions } from './planner.js';
import { nameRequirements } from './requirements/named-requirements.js';
import { OriginalPlans } from './requirements/original-plans.js';
import { rootFields } from './root-fields.js';
import { withEndedPaths } from './ended-paths.js';
import { withCorrectedGroups } from './fetch-groups.js';
import { hasFewTypeConditions } from './type-conditions.js';
import { withoutIntrospection } from './without-introspection.js';

/** What a supergraph may demand of the gateway that serves it (`@link(for:)`); one that demands more is refused. */
const FEATURES = new Set(
  [
    ['core', '0.1', '0.2'],
    ['join', '0.1', '0.2', '0.3', '0.4', '0.5'],
    ['tag', '0.1', '0.2', '0.3'],
    ['inaccessible', '0.1', '0.2'],
    ['authenticated', '0.1'],
    ['requiresScopes', '0.1'],
    ['policy', '0.1'],
    ['context', '0.1'],
    ['cost', '0.1'],
  ].flatMap(([name, ...versions]) => versions.map((version) => `https://specs.apollo.dev/${name}/v${version}`)),
);

/** How the planner names its own limits, which it has no other way to tell apart. */
const TOO_MUCH = /selections exceeds limit|maximum recursive selections/;

/** To take over a plan keeps the gateway from other requests for about 0.02 ms for each of its fetches. */
const MAX_FETCHES = 1000;

const tooMuch = () => badInput('The operation selects too much to be planned.');

const invalid = (message: string) => codedError('GRAPHQL_VALIDATION_FAILED', message);

const fault = (error: Error) => new PlanningFault(`The planner failed: ${error.message}`, { cause: error });

const load = (supergraph: DocumentNode, validateSupergraph: boolean): Supergraph =>
  Supergraph.build(supergraph, { supportedFeatures: FEATURES, validateSupergraph });

/** Apollo's planner over one supergraph, corrected where it fails or is silent. Planning stops the thread that it runs in. */
export class SupergraphPlanner {
  readonly #clientApi: Schema;
  /** The same, or with fields that only plans know. */
  readonly #api: Schema;
  readonly #supergraph: Supergraph;
  readonly #interfaceObjects: ReadonlySet<string>;
  readonly #conditioned: boolean;
  readonly #planners = new Map<boolean, QueryPlanner>();
  readonly #originalPlans: OriginalPlans | null;
  readonly #defer: boolean;

  /** Throws where the supergraph is not one, or demands what this gateway does not do. */
  constructor(supergraph: string, { typeConditionedFetching = false, defer = true }: PlannerOptions) {
    const document = resolvableKeysFirst(parse(supergraph, { noLocation: true }));
    const named = nameRequirements(document);
    const original = load(document, true);
    // Not valid in one point, which does not matter: fields that are external in a subgraph, and that nothing there names any more.
    const loaded = named ? load(named.supergraph, false) : original;
    // The planner would see the faults of what it is given; of the original only this does.
    if (named) original.subgraphs();
    this.#api = loaded.apiSchema();
    this.#clientApi = named ? original.apiSchema() : this.#api;
    this.#originalPlans = named && new OriginalPlans(named);
    this.#defer = defer;
    this.#supergraph = loaded;
    this.#interfaceObjects = interfaceObjects(document);
    this.#conditioned = typeConditionedFetching;
    this.#planner(typeConditionedFetching);
  }

  apiSchema(): GraphQLSchema {
    return this.#clientApi.toGraphQLJSSchema({ includeDefer: this.#defer });
  }

  /** The plan of a valid operation; throws PlanningFault where there is none, and a coded error where the planner finds a mistake. */
  plan(text: string, operationName: string | undefined): QueryPlan {
    const document = withoutIntrospection(parse(text, { noLocation: true }));
    const definition = getOperationAST(document, operationName);
    if (!definition) throw new PlanningFault(`No operation ${operationName ?? 'stands alone'} in the document.`);
    const root = this.#api.schemaDefinition.root(definition.operation)?.type;
    const isRoot = (condition: string) => this.#runtimeTypes(condition).some((type) => type === root);
    if (!rootFields(document, definition, isRoot).some((name) => !name.startsWith('__'))) return { kind: 'QueryPlan' };
    const isConditioned = this.#conditioned && hasFewTypeConditions(document);
    const planned = plannableConditions(document, definition, this.#api, this.#interfaceObjects);
    const plan = this.#build(this.#operation(planned, operationName), isConditioned);
    // Without this check the answer would be null, and nobody would know why.
    if (!plan.node) throw new PlanningFault('The planner made an empty plan.');
    if (countFetches(plan) > MAX_FETCHES) throw tooMuch();
    return plan;
  }

  #runtimeTypes(name: string): readonly ObjectType[] {
    const type = this.#api.type(name);
    return type && isCompositeType(type) ? possibleRuntimeTypes(type) : [];
  }

  /** What graphql-js finds valid and the planner does not is the client's mistake: `@defer` on the fields of a mutation. */
  #operation(document: DocumentNode, operationName: string | undefined): Operation {
    try {
      return operationFromDocument(this.#api, document, { operationName });
    } catch (error) {
      if (error instanceof GraphQLError && error.extensions.code === 'INVALID_GRAPHQL') throw invalid(error.message);
      throw fault(error as Error);
    }
  }

  /** The planner that keeps types apart in its fetches, or the one that does not; each is made when it is first needed. */
  #planner(isConditioned: boolean): QueryPlanner {
    let planner = this.#planners.get(isConditioned);
    if (!planner) {
      planner = new QueryPlanner(this.#supergraph, {
        typeConditionedFetching: isConditioned,
        incrementalDelivery: { enableDefer: this.#defer },
        // Fetches carry no named fragments: finding them again takes longer than a subgraph takes to parse the longer text.
        reuseQueryFragments: false,
      });
      this.#planners.set(isConditioned, planner);
    }
    return planner;
  }

  #build(operation: Operation, isConditioned: boolean): QueryPlan {
    try {
      const planned = operation.rootKind === 'subscription' ? operation.expandAllFragments().withoutDefer() : operation;
      const plan = withCorrectedGroups(() => withEndedPaths(() => this.#planner(isConditioned).buildQueryPlan(planned)));
      const corrected = changeFetches(plan, (fetch) => withNestedAliases(narrowedInputs(fetch)));
      return this.#originalPlans?.plan(corrected) ?? corrected;
    } catch (error) {
      if (TOO_MUCH.test((error as Error).message)) throw tooMuch();
      throw fault(error as Error);
    }
  }
}
