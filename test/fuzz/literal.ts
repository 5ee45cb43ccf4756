import { ENUMS, INPUT, named, type Argument, type Field, type Graph } from './graph.js';
import { Random } from './random.js';

/** Arguments in parentheses; nothing where none is given. Those that may be left out sometimes are. */
export function literalArguments(random: Random, args: readonly Argument[], variable?: (type: string) => string | undefined): string {
  const given = args.filter((argument) => (argument.type.endsWith('!') && argument.defaultValue === undefined) || random.chance(0.6));
  return given.length > 0 ? `(${given.map(({ name, type }) => `${name}: ${literal(random, type, variable)}`).join(', ')})` : '';
}

/**
 * Returns the selection of a field in field sets, always with the same arguments. No planner supports different arguments,
 * because a representation has one value for the field.
 */
export const requiredCall = ({ seed }: Pick<Graph, 'seed'>, { owner, name, args }: Pick<Field, 'owner' | 'name' | 'args'>): string =>
  `${name}${literalArguments(new Random(`${seed} ${owner}.${name}`), args)}`;

/** A value of an input type as GraphQL text; `variable` may put a variable of the type in its place. */
export function literal(random: Random, type: string, variable?: (type: string) => string | undefined, depth = 2): string {
  const isNonNull = type.endsWith('!');
  const bare = isNonNull ? type.slice(0, -1) : type;
  const name = variable?.(type);
  if (name) return name;
  if (!isNonNull && random.chance(0.12)) return 'null';
  if (bare.startsWith('[')) {
    const entry = bare.slice(1, -1);
    return `[${Array.from({ length: random.int(0, 2) }, () => literal(random, entry, variable, depth)).join(', ')}]`;
  }
  if (bare === INPUT) {
    if (depth === 0) return '{}';
    const fields = random
      .some(INPUT_FIELDS, 0, 3)
      .map(([field, fieldType]) => `${field}: ${literal(random, fieldType, variable, depth - 1)}`);
    return `{ ${random.shuffle(fields).join(', ')} }`;
  }
  return scalarLiteral(random, named(bare));
}

const INPUT_FIELDS: [string, string][] = [
  ['limit', 'Int'],
  ['words', '[String!]'],
  ['color', 'Color'],
  ['any', 'Any'],
  ['inner', INPUT],
];

function scalarLiteral(random: Random, type: string): string {
  if (type === 'Int') return String(random.int(-3, 9));
  if (type === 'Float') return random.pick(['1', '0.5', '-2.25']);
  if (type === 'Boolean') return String(random.chance(0.5));
  if (type === 'ID') return random.pick(['"x"', '5']);
  if (type === 'String') return random.pick(['""', '"é\\n\\"q\\""', '"word"']);
  if (type === 'Any') return random.pick(['1', '"a"', '[1, { a: null }]', '{ id: "x", list: [RED] }']);
  return random.pick(ENUMS[type]!);
}
