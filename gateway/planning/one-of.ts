import { concatAST, GraphQLOneOfDirective, Kind, parse, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

const DEFINITION = parse('directive @oneOf on INPUT_OBJECT', { noLocation: true });
const ONE_OF: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: GraphQLOneOfDirective.name } };

/** Returns the names of the input objects with `@oneOf`. */
export const oneOfInputs = ({ definitions }: DocumentNode): string[] =>
  definitions.flatMap((node) =>
    (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION) && node.directives?.some(isOneOf)
      ? [node.name.value]
      : [],
  );

/**
 * Adds the definition of `@oneOf` to a schema that uses the directive without it. The directive is built into GraphQL (September
 * 2025, section 3.13.5), but Apollo's federation libraries do not know it.
 */
export function withOneOfDefinition(schema: DocumentNode): DocumentNode {
  const isDefined = schema.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === GraphQLOneOfDirective.name,
  );
  return isDefined || oneOfInputs(schema).length === 0 ? schema : concatAST([schema, DEFINITION]);
}

/** Adds `@oneOf` to the input objects of a supergraph with these names. Composition drops the directive. */
export function addOneOf(supergraph: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  return withOneOfDefinition(
    visit(supergraph, {
      InputObjectTypeDefinition: (node) =>
        names.has(node.name.value) && !node.directives?.some(isOneOf)
          ? { ...node, directives: [...(node.directives ?? []), ONE_OF] }
          : undefined,
    }),
  );
}

const isOneOf = ({ name }: ConstDirectiveNode): boolean => name.value === GraphQLOneOfDirective.name;
