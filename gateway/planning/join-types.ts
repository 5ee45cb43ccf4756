import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/**
 * Returns the supergraph with the keys of each type sorted: resolvable ones before those with `resolvable: false`. To send
 * required fields back to a subgraph, the planner uses the first key that it finds there, even if it is not resolvable.
 */
export function sortResolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const isUnresolvable = (directive: ConstDirectiveNode): boolean => joinTypeArgument(directive, 'resolvable') === false;
  const sorted = <Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: Node): Node | undefined => {
    const { directives = [] } = node;
    const [last, first] = [directives.filter(isUnresolvable), directives.filter((directive) => !isUnresolvable(directive))];
    return last.length > 0 ? { ...node, directives: [...first, ...last] } : undefined;
  };
  return visit(supergraph, { ObjectTypeDefinition: sorted, InterfaceTypeDefinition: sorted });
}

/** Returns the names of the interfaces that are object types in some subgraph (`@interfaceObject`). */
export const interfaceObjectNames = ({ definitions }: DocumentNode): ReadonlySet<string> =>
  new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.INTERFACE_TYPE_DEFINITION && node.directives?.some((directive) => joinTypeArgument(directive, 'isInterfaceObject'))
        ? [node.name.value]
        : [],
    ),
  );

/** Returns a boolean argument of a `@join__type`; undefined for other directives and if the argument is missing. */
function joinTypeArgument({ name, arguments: args }: ConstDirectiveNode, argument: string): boolean | undefined {
  const value = name.value === 'join__type' ? args?.find((node) => node.name.value === argument)?.value : undefined;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
