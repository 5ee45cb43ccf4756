import { getNamedType, isAbstractType, isCompositeType, type GraphQLCompositeType, type GraphQLSchema } from 'graphql';

const DEPTH = 4;
const FRAGMENTS = 3;

/**
 * A valid query over a schema whose fields have no arguments and whose fields of one name have one type: fields under
 * their own names and under aliases, inline and named fragments on every type that applies, conditions on `$x` and `$y`.
 * One seed gives one query.
 */
export function randomOperation(schema: GraphQLSchema, seed: number): string {
  let state = seed;
  const choose = <T>(from: readonly T[]): T => {
    // A linear congruential generator; its low bits are poor.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)]!;
  };
  const fragments = new Map<string, string>();
  const composites = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith('__'),
  );
  const possible = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
  const overlapping = (type: GraphQLCompositeType) =>
    composites.filter((other) => possible(other).some((one) => (possible(type) as readonly unknown[]).includes(one)));
  const condition = () =>
    choose(['', '', '', '', '', '', '', '', '@skip(if: $x)', '@include(if: $y)', '@skip(if: true)', '@include(if: true)']);

  function selectionSet(type: GraphQLCompositeType, depth: number): string {
    const selections = ['__typename'].slice(choose([0, 0, 1]));
    const wanted = choose([1, 2, 3]);
    for (let count = 0; count < wanted; count++) selections.push(selection(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const kind = depth <= 0 ? 'leaf' : choose(['field', 'field', 'field', 'inline', 'spread'] as const);
    if (kind === 'inline') {
      const on = choose(overlapping(type));
      return `... on ${on.name} ${condition()} ${selectionSet(on, depth - 1)}`;
    }
    if (kind === 'spread') return `...${spread(choose(overlapping(type)), depth)} ${condition()}`;
    const usable = kind === 'leaf' ? fields.filter((field) => !isCompositeType(getNamedType(field.type))) : fields;
    if (usable.length === 0) return '__typename';
    const field = choose(usable);
    const below = getNamedType(field.type);
    const alias = choose(['', '', `${field.name}Again: `]);
    return `${alias}${field.name} ${condition()} ${isCompositeType(below) ? selectionSet(below, depth - 1) : ''}`;
  }

  /** A fragment is used again wherever it fits, as long as it is finished and no deeper than what may stand here. */
  function spread(on: GraphQLCompositeType, depth: number): string {
    const name = `${on.name}${depth}${choose(Array.from({ length: FRAGMENTS }, (_, index) => index))}`;
    if (!fragments.has(name)) fragments.set(name, `fragment ${name} on ${on.name} ${selectionSet(on, depth - 1)}`);
    return name;
  }

  const query = selectionSet(schema.getQueryType()!, DEPTH);
  return `query ($x: Boolean = false, $y: Boolean = true) ${query} ${[...fragments.values()].join(' ')}`;
}
