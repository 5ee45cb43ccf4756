import { Field, isLeafType } from '@apollo/federation-internals';
import { GraphPath, noConditionsResolution, type Edge, type OpTrigger, type Vertex } from '@apollo/query-graphs';
import { replaceMethod } from './replace-method.js';

type Path = GraphPath<OpTrigger, Vertex, null>;

/**
 * Calls `plan` while the planner's `truncateTrailingDowncasts` is patched, and returns its result. If a subgraph that shares
 * a field can return no object of a selected type, the planner replaces the selection on that type by `__typename`. The
 * unpatched planner fails to do so on an interface object, which has no `__typename`. The patch selects another field that the
 * subgraph resolves: any field shows whether there is an object.
 */
export function withPatchedPathTruncation<Plan>(plan: () => Plan): Plan {
  const restore = replaceMethod(
    GraphPath.prototype as Path,
    'truncateTrailingDowncasts',
    (original) =>
      function (this: Path) {
        const path = original.call(this);
        const edge = path.tailIsInterfaceObject() ? unconditionalField(path.nextEdges()) : undefined;
        return edge?.transition.kind === 'FieldCollection'
          ? path.add(new Field(edge.transition.definition), edge, noConditionsResolution)
          : path;
      },
  );
  try {
    return plan();
  } finally {
    restore();
  }
}

/** Returns the edge of a field without arguments and conditions: of a leaf if possible, as an object needs a selection set. */
function unconditionalField(edges: readonly Edge[]): Edge | undefined {
  const candidates = edges.filter(
    ({ transition, conditions, overrideCondition }) =>
      transition.kind === 'FieldCollection' && !transition.definition.hasArguments() && !conditions && !overrideCondition,
  );
  return candidates.find(({ tail }) => isLeafType(tail.type)) ?? candidates[0];
}
