import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode, type FieldDefinitionNode } from 'graphql';

/** The size of a list by `@listSize` (IBM's GraphQL Cost Directives specification, section "The List Size Directive"). */
export interface ListSizeDirective {
  /** The size if no slicing argument has a value. Null if it is not stated. */
  assumedSize: number | null;
  /** The names of the arguments whose value is the size. */
  slicingArguments: readonly string[];
  /** The names of the fields of the returned object that have this size. Empty if the field itself is the list. */
  sizedFields: readonly string[];
  requiresOneSlicingArgument: boolean;
}

/** The cost directives of a field in the supergraph. A field of an input object has a weight only. */
export interface FieldDirectives {
  weight: number | null;
  listSize: ListSizeDirective | null;
  /** The weights of arguments, by name. */
  argumentWeights: ReadonlyMap<string, number>;
}

/** The cost directives of a type in the supergraph. */
export interface TypeDirectives {
  weight: number | null;
  fields: ReadonlyMap<string, FieldDirectives>;
}

const SPECIFICATION = /^https:\/\/specs\.apollo\.dev\/cost\//;

/** Returns the cost directives of each type of a supergraph that has any. */
export function costDirectives(supergraph: DocumentNode): ReadonlyMap<string, TypeDirectives> {
  const names = directiveNames(supergraph);
  const types = new Map<string, TypeDirectives>();
  for (const node of supergraph.definitions) {
    if (!('name' in node) || !node.name || !('directives' in node)) continue;
    const fields = new Map<string, FieldDirectives>();
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const { name, directives } of node.fields ?? []) {
        const weight = weightOf(directives, names.cost);
        if (weight !== null) fields.set(name.value, { weight, listSize: null, argumentWeights: new Map() });
      }
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const field of node.fields ?? []) {
        const directives = fieldDirectives(field, names);
        if (directives) fields.set(field.name.value, directives);
      }
    const weight = weightOf(node.directives as readonly ConstDirectiveNode[] | undefined, names.cost);
    if (weight !== null || fields.size > 0) types.set(node.name.value, { weight, fields });
  }
  return types;
}

interface DirectiveNames {
  cost: string;
  listSize: string;
}

/** Returns the names that the supergraph gives the directives, which `@link` can rename. */
function directiveNames({ definitions }: DocumentNode): DirectiveNames {
  const links = definitions.flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : []));
  const link = links.map(argumentsOf).find(({ url }) => typeof url === 'string' && SPECIFICATION.test(url));
  const namespace = typeof link?.as === 'string' ? link.as : 'cost';
  const imports = new Map((Array.isArray(link?.import) ? link.import : []).map(importedName));
  return { cost: imports.get('cost') ?? namespace, listSize: imports.get('listSize') ?? `${namespace}__listSize` };
}

function importedName(element: unknown): [string, string] {
  const { name, as } = typeof element === 'string' ? { name: element, as: element } : (element as { name: string; as?: string });
  return [name.slice(1), (as ?? name).slice(1)];
}

function fieldDirectives({ directives, arguments: args = [] }: FieldDefinitionNode, names: DirectiveNames): FieldDirectives | null {
  const weight = weightOf(directives, names.cost);
  const listSize = directives?.find(({ name }) => name.value === names.listSize);
  const argumentWeights = new Map(
    args.flatMap((argument) => {
      const argumentWeight = weightOf(argument.directives, names.cost);
      return argumentWeight === null ? [] : [[argument.name.value, argumentWeight] as const];
    }),
  );
  if (weight === null && !listSize && argumentWeights.size === 0) return null;
  return { weight, listSize: listSize ? readListSize(listSize) : null, argumentWeights };
}

function weightOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): number | null {
  const directive = directives?.find((node) => node.name.value === name);
  const { weight } = directive ? argumentsOf(directive) : {};
  return typeof weight === 'number' ? weight : null;
}

function readListSize(directive: ConstDirectiveNode): ListSizeDirective {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = argumentsOf(directive);
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : null,
    slicingArguments: strings(slicingArguments),
    sizedFields: strings(sizedFields),
    requiresOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const argumentsOf = ({ arguments: args = [] }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(args.map(({ name, value }) => [name.value, constant(value)]));

function constant(node: ConstValueNode): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map(constant);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, constant(value)]));
    case Kind.NULL:
      return null;
    default:
      return node.value;
  }
}
