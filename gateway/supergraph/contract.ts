import {
  concatAST,
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
} from 'graphql';

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
/** Types of the federation machinery itself, which composition hides. */
const MACHINERY = /^(join__|link__|core__)/;
const BUILT_IN_SCALARS = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

const inaccessible: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };

/**
 * The supergraph of a contract: what does not carry `@tag(name: tag)` becomes `@inaccessible`. A tagged type shows all
 * its fields; a root type shows the fields that are tagged themselves. The planner keeps using what clients cannot see.
 */
export function contractSupergraph(supergraph: string, tag: string): string {
  const isTagged = (directives: readonly DirectiveNode[] | undefined) =>
    directives?.some(
      ({ name, arguments: args }) => name.value === 'tag' && args?.some(({ value }) => value.kind === Kind.STRING && value.value === tag),
    ) ?? false;
  const hide = <Node extends { directives?: readonly ConstDirectiveNode[] }>(node: Node): Node =>
    node.directives?.some(({ name }) => name.value === 'inaccessible')
      ? node
      : { ...node, directives: [...(node.directives ?? []), inaccessible] };

  const type = <Node extends { name: { value: string }; directives?: readonly ConstDirectiveNode[] }>(node: Node): Node | undefined =>
    MACHINERY.test(node.name.value) || BUILT_IN_SCALARS.has(node.name.value) || isTagged(node.directives) ? undefined : hide(node);

  const document = visit(knowingInaccessible(parse(supergraph)), {
    ObjectTypeDefinition: {
      enter(node) {
        if (!ROOTS.has(node.name.value)) return type(node);
        const fields = node.fields?.map((field: FieldDefinitionNode) => (isTagged(field.directives) ? field : hide(field)));
        return { ...node, fields };
      },
    },
    InterfaceTypeDefinition: { enter: type },
    UnionTypeDefinition: { enter: type },
    EnumTypeDefinition: { enter: type },
    InputObjectTypeDefinition: { enter: type },
    ScalarTypeDefinition: { enter: type },
  });
  return print(document);
}

const INACCESSIBLE = parse(`
  extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`);

/** The document with the directive `@inaccessible`; composition leaves it out where no subgraph uses it. */
function knowingInaccessible(document: DocumentNode): DocumentNode {
  const isKnown = document.definitions.some((node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'inaccessible');
  return isKnown ? document : concatAST([document, INACCESSIBLE]);
}
