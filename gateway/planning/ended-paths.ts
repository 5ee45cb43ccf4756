import { Field, isLeafType } from '@apollo/federation-internals';
import { GraphPath, noConditionsResolution, type Edge, type OpTrigger, type Vertex } from '@apollo/query-graphs';
import { replace } from './replaced-method.js';

type Path = GraphPath<OpTrigger, Vertex, null>;

/**
 * What `plan` makes with a corrected planner, which is as it was afterwards. Where one of the subgraphs that share a field has
 * no objects of a type there, the planner ends each of its paths with a `__typename` in the place of what is selected of that
 * type. On an interface object, which has none, it failed: there a field that the subgraph itself has does as well, for all
 * that the plan needs is to ask whether there is an object.
 */
export function withEndedPaths<Plan>(plan: () => Plan): Plan {
  const undo = replace(
    GraphPath.prototype as Path,
    'truncateTrailingDowncasts',
    (original) =>
      function (this: Path) {
        const path = original.call(this);
        const edge = path.tailIsInterfaceObject() ? ownField(path.nextEdges()) : undefined;
        return edge?.transition.kind === 'FieldCollection'
          ? path.add(new Field(edge.transition.definition), edge, noConditionsResolution)
          : path;
      },
  );
  try {
    return plan();
  } finally {
    undo();
  }
}

/** The way to a field that needs nothing, rather a leaf: of an object, the planner asks the `__typename`. */
function ownField(edges: readonly Edge[]): Edge | undefined {
  const plain = edges.filter(
    ({ transition, conditions, overrideCondition }) =>
      transition.kind === 'FieldCollection' && !transition.definition.hasArguments() && !conditions && !overrideCondition,
  );
  return plain.find(({ tail }) => isLeafType(tail.type)) ?? plain[0];
}
