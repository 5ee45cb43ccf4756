import { CONTEXTUAL, INPUT, LEAVES, type Argument, type Field, type GraphType } from './graph.js';
import type { Placement } from './placement.js';
import type { Random } from './random.js';

function compositesFor(placement: Placement, subgraph: string): string[] {
  return Object.values(placement.graph.types)
    .filter(
      (type: GraphType) =>
        type.kind !== 'root' &&
        type.name !== 'Meta' &&
        !CONTEXTUAL.some((name) => name === type.name) &&
        !(type.kind === 'value' && type.isSplit) &&
        placement.isAllowed(type.name, subgraph),
    )
    .map((type) => type.name);
}

/** A field of a random type; of a leaf or one of `composites` where these are given. */
export function drawField(
  placement: Placement,
  owner: string,
  name: string,
  subgraph: string,
  composites = compositesFor(placement, subgraph),
): Field {
  const { random } = placement;
  const isLeaf = composites.length === 0 || random.chance(['Query', 'Mutation', 'Subscription'].includes(owner) ? 0.1 : 0.5);
  const typeName = random.pick(isLeaf ? LEAVES : composites);
  placement.place(typeName, subgraph);
  return { ...bare(owner, name, wrapped(random, typeName)), args: drawArguments(random), in: [subgraph] };
}

export const bare = (owner: string, name: string, type: string): Field => ({ owner, name, type, args: [], in: [] });

/** A type in lists and exclamation marks. */
export function wrapped(random: Random, name: string): string {
  const form = random.pick(['N', 'N', 'N', 'N!', 'N!', '[N]', '[N!]', '[N]!', '[N!]!', '[[N]]', '[[N!]!]', '[[N]!]!']);
  return form.replace('N', name);
}

export function drawArguments(random: Random): Argument[] {
  if (random.chance(0.7)) return [];
  const drawn: Argument[] = [
    { name: 'size', type: 'Int', defaultValue: random.chance(0.5) ? '7' : undefined },
    { name: 'word', type: 'String' },
    { name: 'color', type: 'Color', defaultValue: random.chance(0.5) ? 'BLUE' : undefined },
    { name: 'needed', type: 'Boolean!' },
    { name: 'flag', type: 'Boolean!', defaultValue: 'true' },
    { name: 'words', type: '[String!]', defaultValue: random.chance(0.5) ? '["a"]' : undefined },
    { name: 'filter', type: INPUT, defaultValue: random.chance(0.3) ? '{ limit: 4 }' : undefined },
    { name: 'any', type: 'Any' },
    { name: 'ids', type: '[[ID]]' },
    { name: 'ratio', type: 'Float' },
  ];
  return random.some(drawn, 1, 2);
}
