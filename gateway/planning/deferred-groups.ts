/** A request of a plan that is being made, as far as `@defer` concerns it: the planner has no types for it. */
export interface DeferrableGroup {
  /** The deferred fragment that it is made for. */
  deferRef: string | undefined;
  readonly dependencyGraph: { readonly deferTracking: DeferTracking };
  parents(): readonly unknown[];
}

/** What the planner notes of deferred fragments. */
interface DeferTracking {
  registerDefer(registered: { deferContext: { pathToDeferParent: readonly unknown[] } }): void;
  updateSubselection(...noted: unknown[]): void;
}

/**
 * A request that is made for the fields of a `@requires`, and waits for one of a deferred fragment, belongs to that fragment:
 * the planner forgets to say so, and fails on it.
 */
export function inheritDefer(group: DeferrableGroup, parent: DeferrableGroup): void {
  if (group.deferRef === undefined && parent.deferRef !== undefined && group.parents().length === 0) group.deferRef = parent.deferRef;
}

/**
 * Keeps the planner from noting what each deferred fragment selects. This executor reads that off the operation, and the
 * planner fails where a fragment on an abstract type holds one on an object type.
 */
export function withoutSubselections(tracking: DeferTracking): () => void {
  const { registerDefer, updateSubselection } = tracking;
  tracking.updateSubselection = () => undefined;
  tracking.registerDefer = function ({ deferContext, ...registered }) {
    return registerDefer.call(this, { ...registered, deferContext: { ...deferContext, pathToDeferParent: [] } });
  };
  return () => Object.assign(tracking, { registerDefer, updateSubselection });
}
