import type { FetchDataKeyRenamer, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, parse, type GraphQLError, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { codedError } from '../../../subgraphs/shared/errors/coded-error.js';
import type { SchemaTypes } from '../schema-types.js';
import type { EntityFetch, Fetch } from '../fetch/fetch.js';
import type { CompiledPlan, Step } from './compiled-plan.js';
import type { PathStep } from './path.js';

/** An object's place in the data: the fetched keys from the root to it, and the type of the object behind each key. */
export interface ObjectPlace {
  /** The type of the root. */
  rootType: string;
  steps: readonly PlaceStep[];
}

export interface PlaceStep {
  key: string;
  /** The type of the objects behind the key; null if it is not known, and then any type counts. */
  type: string | null;
}

type FetchStep = Extract<Step, { fetch: Fetch }>;

/** A fetch of the plan with the parsed selection on its target objects. */
interface TargetSelection {
  path: readonly PathStep[];
  selectionSet: SelectionSetNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The response keys that output rewrites rename, with their new names. */
  renamedKeys: ReadonlyMap<string, string>;
}

/**
 * Tells which fields a plan fetches at all. A field that no fetch selects is a defect of the plan: its value would be a null
 * that no error explains. It is consulted only when a value is missing, so that it costs nothing otherwise; the operations of
 * the plan are parsed on first use.
 */
export class PlanCoverage {
  #targets: readonly TargetSelection[] | null = null;
  readonly #targetByFetch = new Map<Fetch, TargetSelection>();
  readonly #contexts = new Map<FetchDataKeyRenamer, boolean>();
  readonly #requirements = new Map<EntityFetch, Map<string, boolean>>();

  constructor(
    private readonly plan: Pick<CompiledPlan, 'step' | 'eventFetch' | 'deferredSteps'>,
    private readonly types: SchemaTypes,
  ) {}

  /** True if a fetch of the plan selects a key on the objects at a place. */
  includes(place: ObjectPlace, key: string): boolean {
    this.#targets ??= this.#allFetches().map((step) => this.#target(step));
    return this.#targets.some((target) => this.#targetIncludes(target, place, key));
  }

  /** True if the fetches before an entity fetch select all that it requires of the objects of a type at its path. */
  includesRequirements(fetch: EntityFetch, path: readonly PathStep[], typename: string): boolean {
    let byType = this.#requirements.get(fetch);
    if (!byType) this.#requirements.set(fetch, (byType = new Map()));
    let isIncluded = byType.get(typename);
    if (isIncluded === undefined) {
      const steps = path.map(({ key }, index) => ({ key, type: index === path.length - 1 ? typename : null }));
      const before = this.#fetchesBefore(fetch).map((step) => this.#target(step));
      isIncluded = this.#includesSelections(before, fetch.requires, steps, typename);
      byType.set(typename, isIncluded);
    }
    return isIncluded;
  }

  /** True if a fetch before an entity fetch selects the value of a `@fromContext` argument of its entities. */
  includesContext(fetch: EntityFetch, entityPath: readonly PathStep[], rewrite: FetchDataKeyRenamer): boolean {
    let isIncluded = this.#contexts.get(rewrite);
    if (isIncluded === undefined) {
      const levels = rewrite.path.filter((element) => element === '..').length;
      const keys = [
        ...entityPath.slice(0, entityPath.length - levels).map(({ key }) => key),
        ...rewrite.path.filter((element) => element !== '..' && !element.startsWith('... on ')),
      ];
      const place = { rootType: '', steps: keys.slice(0, -1).map((key) => ({ key, type: null })) };
      isIncluded = this.#fetchesBefore(fetch).some((step) => this.#targetIncludes(this.#target(step), place, keys.at(-1)!));
      this.#contexts.set(rewrite, isIncluded);
    }
    return isIncluded;
  }

  #includesSelections(
    targets: readonly TargetSelection[],
    selections: readonly QueryPlanSelectionNode[],
    steps: readonly PlaceStep[],
    typename: string | null,
  ): boolean {
    return selections.every((selection) => {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition } = selection;
        if (typeCondition && typename !== null && !this.types.matches(typename, typeCondition)) return true;
        return this.#includesSelections(targets, selection.selections, steps, typename);
      }
      const key = selection.alias ?? selection.name;
      if (key === '__typename') return true;
      if (!targets.some((target) => this.#targetIncludes(target, { rootType: '', steps }, key))) return false;
      return this.#includesSelections(targets, selection.selections ?? [], [...steps, { key, type: null }], null);
    });
  }

  #targetIncludes({ path, selectionSet, fragments, renamedKeys }: TargetSelection, { rootType, steps }: ObjectPlace, key: string): boolean {
    if (path.length > steps.length) return false;
    const isOnPath = path.every((step, index) => {
      const { key: placeKey, type } = steps[index]!;
      return step.key === placeKey && (step.types === null || type === null || step.types.has(type));
    });
    if (!isOnPath) return false;
    let sets = [selectionSet];
    let type: string | null = path.length === 0 ? rootType || null : steps[path.length - 1]!.type;
    const namesOf = (name: string): string[] => [name, ...(renamedKeys.has(name) ? [renamedKeys.get(name)!] : [])];
    const select = (wanted: string): (SelectionSetNode | undefined)[] => {
      const found: (SelectionSetNode | undefined)[] = [];
      const enter = (set: SelectionSetNode): void => {
        for (const selection of set.selections) {
          if (selection.kind === Kind.FIELD) {
            if (namesOf((selection.alias ?? selection.name).value).includes(wanted)) found.push(selection.selectionSet);
            continue;
          }
          const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
          const condition = fragment?.typeCondition?.name.value;
          if (fragment && (!condition || type === null || this.types.matches(type, condition))) enter(fragment.selectionSet);
        }
      };
      sets.forEach(enter);
      return found;
    };
    for (const step of steps.slice(path.length)) {
      sets = select(step.key).flatMap((set) => set ?? []);
      type = step.type;
    }
    return select(key).length > 0;
  }

  #target(step: FetchStep): TargetSelection {
    let target = this.#targetByFetch.get(step.fetch);
    if (!target) this.#targetByFetch.set(step.fetch, (target = targetSelection(step)));
    return target;
  }

  #allFetches(): FetchStep[] {
    const deferred = this.plan.deferredSteps.flatMap(({ step }) => fetchesOf(step).fetches);
    return [...this.#eventFetch(), ...fetchesOf(this.plan.step).fetches, ...deferred];
  }

  /** Returns the fetches that a fetch runs after. A deferred step may run after any other. */
  #fetchesBefore(fetch: Fetch): FetchStep[] {
    const parts = [this.plan.step, ...this.plan.deferredSteps.map(({ step }) => step)].map((step) => fetchesOf(step, fetch));
    const [initial, ...deferred] = parts;
    return [...this.#eventFetch(), ...(initial!.isEnd ? [initial!] : [initial!, ...deferred]).flatMap(({ fetches }) => fetches)];
  }

  #eventFetch(): FetchStep[] {
    return this.plan.eventFetch ? [{ kind: 'Fetch', path: [], fetch: this.plan.eventFetch }] : [];
  }
}

/** Returns the fetches of a step in the order of execution: those before `end`, with `isEnd` true, if the step contains it. */
function fetchesOf(step: Step | null, end?: Fetch): { fetches: FetchStep[]; isEnd: boolean } {
  switch (step?.kind) {
    case undefined:
      return { fetches: [], isEnd: false };
    case 'Tracked':
      return fetchesOf(step.step, end);
    case 'Fetch':
    case 'Entities':
      return step.fetch === end ? { fetches: [], isEnd: true } : { fetches: [step], isEnd: false };
    case 'Parallel': {
      const parts = step.steps.map((child) => fetchesOf(child, end));
      return parts.find(({ isEnd }) => isEnd) ?? { fetches: parts.flatMap(({ fetches }) => fetches), isEnd: false };
    }
    case 'Sequence':
    case 'Mutations': {
      const fetches: FetchStep[] = [];
      for (const child of step.kind === 'Sequence' ? step.steps : step.fields.map((field) => field.step)) {
        const part = fetchesOf(child, end);
        fetches.push(...part.fetches);
        if (part.isEnd) return { fetches, isEnd: true };
      }
      return { fetches, isEnd: false };
    }
  }
}

function targetSelection({ kind, path, fetch }: FetchStep): TargetSelection {
  const document = parse(fetch.operation, { noLocation: true });
  const renamers = fetch.outputRewrites.flatMap((rewrite) => (rewrite.kind === 'KeyRenamer' ? [rewrite] : []));
  return {
    path,
    selectionSet: targetSelectionSet(document, kind === 'Entities'),
    fragments: fragmentsOf(document),
    renamedKeys: new Map(renamers.map((rewrite) => [String(rewrite.path.at(-1)), rewrite.renameKeyTo])),
  };
}

const coverages = new WeakMap<CompiledPlan, PlanCoverage>();

/** Returns the coverage of a plan, which is computed once. */
export function planCoverage(plan: CompiledPlan, types: SchemaTypes): PlanCoverage {
  let coverage = coverages.get(plan);
  if (!coverage) coverages.set(plan, (coverage = new PlanCoverage(plan, types)));
  return coverage;
}

/** Returns the error of a field that is null because no fetch of the plan brings it: a defect of the gateway. */
export const unplannedFieldError = (coordinate: string, path?: readonly (string | number)[]): GraphQLError =>
  codedError('INTERNAL_SERVER_ERROR', `The query plan does not fetch ${coordinate}.`, { path });

function targetSelectionSet({ definitions }: DocumentNode, isEntityFetch: boolean): SelectionSetNode {
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!;
  const [entities] = operation.selectionSet.selections;
  return isEntityFetch && entities?.kind === Kind.FIELD ? entities.selectionSet! : operation.selectionSet;
}

const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
