import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { literalArguments, literal } from './literal.js';
import { Random } from './random.js';
import { ResponseKeys } from './response-keys.js';
import { isCondition, Variables } from './variables.js';

export interface DrawnOperation {
  document: DocumentNode;
  variables: Record<string, unknown>;
  /** The number from 0 to 1 that decides which labels of `@override` are active. */
  chance: number;
}

const MAX_FIELDS = 24;
/** Names that mean something to JavaScript, or to a gateway. */
const ALIASES = ['a', 'b', 'c', 'id', 'sku', 'f0', 'f1', 'v0', 'r0', 'constructor', 'toString', '__proto__', 'length', 'data'];

/**
 * A random operation that its seed decides. It is nearly always valid. A seed such as `fixed-3 17~1` is that of operation 17
 * with other values of its conditions.
 */
export function drawOperation(schema: GraphQLSchema, seed: string): DrawnOperation {
  const [operationSeed, turn] = seed.split('~') as [string, string?];
  const drawn = { ...new OperationDraw(schema, new Random(operationSeed)).draw(), chance: new Random(`chance ${seed}`).next() };
  if (turn === undefined) return drawn;
  const random = new Random(seed);
  const values = Object.entries(drawn.variables).map(([name, value]) => [name, isCondition(name) ? random.chance(0.5) : value]);
  return { ...drawn, variables: Object.fromEntries(values) as DrawnOperation['variables'] };
}

class OperationDraw {
  readonly #variables: Variables;
  readonly #keys = new ResponseKeys();
  readonly #fragments: { name: string; type: GraphQLCompositeType; depth: number; text: string }[] = [];
  #fields = 0;
  /** The probability that a selection has a condition and that a fragment is spread again: some operations have many. */
  readonly #conditionChance: number;
  readonly #sharingChance: number;

  constructor(
    readonly schema: GraphQLSchema,
    readonly random: Random,
  ) {
    this.#variables = new Variables(random, random.chance(0.5) ? 0 : random.int(1, 12));
    this.#conditionChance = random.pick([0.03, 0.07, 0.2, 0.35]);
    this.#sharingChance = random.pick([0.15, 0.15, 0.5]);
  }

  draw(): Omit<DrawnOperation, 'chance'> {
    const { random, schema } = this;
    const mutation = schema.getMutationType();
    const subscription = schema.getSubscriptionType();
    if (subscription && random.chance(0.12)) return this.#document('subscription', `{ ${this.#rootField(subscription)} }`);
    const isMutation = mutation && random.chance(0.15);
    const depth = random.chance(0.1) ? random.int(6, 8) : random.int(2, 5);
    const selection = this.#selection(isMutation ? mutation : schema.getQueryType()!, [], depth);
    return this.#document(isMutation ? 'mutation' : 'query', selection);
  }

  #document(kind: string, selection: string): Omit<DrawnOperation, 'chance'> {
    const { definitions, values } = this.#variables;
    const head = `${kind} Drawn${definitions.length > 0 ? `(${definitions.join(', ')})` : ''}`;
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} ${text}`);
    return { document: parse(print(parse([`${head} ${selection}`, ...fragments].join('\n')))), variables: values };
  }

  #selection(type: GraphQLCompositeType, path: readonly string[], depth: number): string {
    const count = this.random.int(1, 3);
    const parts = Array.from({ length: count }, () => this.#part(type, path, depth)).filter((part) => part !== '');
    return `{ ${parts.length > 0 ? parts.join(' ') : this.#typename(type, path)} }`;
  }

  #part(type: GraphQLCompositeType, path: readonly string[], depth: number): string {
    const { random } = this;
    if (random.chance(0.07) && !this.#isMutationRoot(type)) return this.#typename(type, path);
    if (depth > 0 && random.chance(isAbstractType(type) ? 0.5 : 0.18)) return this.#fragment(type, path, depth);
    if (!isObjectType(type) && !isInterfaceType(type)) return this.#fragment(type, path, depth);
    return this.#field(type, path, depth);
  }

  #isMutationRoot = (type: GraphQLCompositeType): boolean => type === this.schema.getMutationType();

  #typename(type: GraphQLCompositeType, path: readonly string[]): string {
    const key = this.#keys.claim(
      path,
      '__typename',
      'String!',
      '__typename',
      type,
      this.random.chance(0.3) ? this.random.pick(ALIASES) : undefined,
    );
    return `${key === '__typename' ? '' : `${key}: `}__typename${this.#directives()}`;
  }

  #field(type: GraphQLObjectType | GraphQLInterfaceType, path: readonly string[], depth: number): string {
    const { random } = this;
    const fields = Object.values(type.getFields()).filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    if (fields.length === 0 || this.#fields++ > MAX_FIELDS) return '';
    const composites = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const field = random.pick(composites.length > 0 && random.chance(0.45) ? composites : fields);
    const call = `${field.name}${this.#arguments(field)}`;
    const alias = random.chance(0.25) ? random.pick(ALIASES) : undefined;
    const key = this.#keys.claim(path, field.name, String(field.type), call, type, alias);
    const inner = getNamedType(field.type);
    const selection = isCompositeType(inner) ? this.#selection(inner, [...path, key], depth - 1) : '';
    return `${key === field.name ? '' : `${key}: `}${call}${this.#directives()} ${selection}`;
  }

  /** The only field of a subscription, without conditions. */
  #rootField(type: GraphQLObjectType): string {
    const field = this.random.pick(Object.values(type.getFields()));
    const inner = getNamedType(field.type);
    const selection = isCompositeType(inner) ? this.#selection(inner, [field.name], this.random.int(2, 4)) : '';
    return `${field.name}${this.#arguments(field)} ${selection}`;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const args = field.args.map((argument) => ({
      name: argument.name,
      type: String(argument.type),
      defaultValue: argument.defaultValue === undefined ? undefined : '',
    }));
    return literalArguments(this.random, args, (type) => (this.random.chance(0.3) ? this.#variables.use(type) : undefined));
  }

  #directives(): string {
    const { random } = this;
    const condition = () => (random.chance(0.8) ? this.#variables.useCondition() : literal(random, 'Boolean!'));
    return ['skip', 'include'].map((name) => (random.chance(this.#conditionChance) ? ` @${name}(if: ${condition()})` : '')).join('');
  }

  #fragment(type: GraphQLCompositeType, path: readonly string[], depth: number): string {
    const { random } = this;
    const directives = this.#directives();
    const known = this.#fragments.filter((fragment) => fragment.depth <= depth && this.#overlaps(fragment.type, type));
    if (known.length > 0 && random.chance(this.#sharingChance)) return `...${random.pick(known).name}${directives}`;
    const condition = random.pick(this.#conditions(type));
    if (condition === type && random.chance(0.3)) return `...${directives} ${this.#selection(type, path, depth - 1)}`;
    const text = this.#selection(condition, path, depth - 1);
    if (random.chance(0.7)) return `... on ${condition.name}${directives} ${text}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, type: condition, depth, text });
    return `...${name}${directives}`;
  }

  /** The types that a fragment within a type can be on, the type itself among them. */
  #conditions(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const all = Object.values(this.schema.getTypeMap()).filter(isCompositeType);
    const fitting = all.filter((other) => !other.name.startsWith('__') && this.#overlaps(other, type));
    // Narrower conditions are the interesting ones.
    const members = fitting.filter((other) => isObjectType(other) && other !== type);
    return this.random.chance(0.7) && members.length > 0 ? members : fitting;
  }

  #overlaps(one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
    const possible = (type: GraphQLCompositeType) => (isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type]);
    return possible(one).some((type) => possible(other).includes(type));
  }
}
