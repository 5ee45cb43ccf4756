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
/** Matches the names of federation's own types, which are not part of the API schema anyway. */
const FEDERATION_TYPES = /^(join__|link__|core__)/;
const BUILT_IN_SCALARS = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

const inaccessible: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };

/**
 * Returns the supergraph of a contract: types without `@tag(name: tag)` become `@inaccessible`. Clients see all fields of a
 * tagged type, and the root fields that are tagged themselves. The planner can still use inaccessible elements.
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

  const hideUntagged = <Node extends { name: { value: string }; directives?: readonly ConstDirectiveNode[] }>(
    node: Node,
  ): Node | undefined =>
    FEDERATION_TYPES.test(node.name.value) || BUILT_IN_SCALARS.has(node.name.value) || isTagged(node.directives) ? undefined : hide(node);

  const document = visit(withInaccessibleDirective(parse(supergraph)), {
    ObjectTypeDefinition: {
      enter(node) {
        if (!ROOTS.has(node.name.value)) return hideUntagged(node);
        const fields = node.fields?.map((field: FieldDefinitionNode) => (isTagged(field.directives) ? field : hide(field)));
        return { ...node, fields };
      },
    },
    InterfaceTypeDefinition: { enter: hideUntagged },
    UnionTypeDefinition: { enter: hideUntagged },
    EnumTypeDefinition: { enter: hideUntagged },
    InputObjectTypeDefinition: { enter: hideUntagged },
    ScalarTypeDefinition: { enter: hideUntagged },
  });
  return print(document);
}

const INACCESSIBLE = parse(`
  extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`);

/** Adds the definition of `@inaccessible` if it is missing, as it is if no subgraph uses the directive. */
function withInaccessibleDirective(document: DocumentNode): DocumentNode {
  const isDefined = document.definitions.some((node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'inaccessible');
  return isDefined ? document : concatAST([document, INACCESSIBLE]);
}
