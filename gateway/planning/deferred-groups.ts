/** The members of the planner's class FetchGroup that concern `@defer`. The planner does not export the class. */
export interface DeferrableGroup {
  /** The label of the deferred fragment that the group fetches; undefined for none. */
  deferRef: string | undefined;
  readonly dependencyGraph: { readonly deferTracking: DeferTracking };
  parents(): readonly unknown[];
}

/** The planner's record of deferred fragments. */
interface DeferTracking {
  registerDefer(registered: { deferContext: { pathToDeferParent: readonly unknown[] } }): void;
  updateSubselection(...args: unknown[]): void;
}

/**
 * Makes a new group that depends on a group of a deferred fragment part of that fragment. The planner does not do this for
 * groups that it creates for a `@requires`, and then fails.
 */
export function inheritDefer(group: DeferrableGroup, parent: DeferrableGroup): void {
  if (group.deferRef === undefined && parent.deferRef !== undefined && group.parents().length === 0) group.deferRef = parent.deferRef;
}

/**
 * Keeps the planner from recording the selection set of each deferred fragment, and returns a function that restores the
 * methods. The executor does not need these selection sets, and the planner fails on them if a deferred fragment on an
 * abstract type contains one on an object type.
 */
export function disableSubselectionTracking(tracking: DeferTracking): () => void {
  const { registerDefer, updateSubselection } = tracking;
  tracking.updateSubselection = () => undefined;
  tracking.registerDefer = function ({ deferContext, ...registered }) {
    return registerDefer.call(this, { ...registered, deferContext: { ...deferContext, pathToDeferParent: [] } });
  };
  return () => Object.assign(tracking, { registerDefer, updateSubselection });
}
