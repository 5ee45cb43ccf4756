import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/**
 * The supergraph with the keys of each type that can be entered before those that are `resolvable: false`. To come back to a
 * subgraph with what a `@requires` needs, the planner takes the first key there that it finds, whether it can be entered or not.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const isUnresolvable = (directive: ConstDirectiveNode): boolean => joinTypeArgument(directive, 'resolvable') === false;
  const ordered = <Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: Node): Node | undefined => {
    const { directives = [] } = node;
    const [last, first] = [directives.filter(isUnresolvable), directives.filter((directive) => !isUnresolvable(directive))];
    return last.length > 0 ? { ...node, directives: [...first, ...last] } : undefined;
  };
  return visit(supergraph, { ObjectTypeDefinition: ordered, InterfaceTypeDefinition: ordered });
}

/** The names of the interfaces that are object types in some subgraph. */
export const interfaceObjects = ({ definitions }: DocumentNode): ReadonlySet<string> =>
  new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.INTERFACE_TYPE_DEFINITION && node.directives?.some((one) => joinTypeArgument(one, 'isInterfaceObject'))
        ? [node.name.value]
        : [],
    ),
  );

/** What a `@join__type` says yes or no to; undefined where it, or another directive, says nothing. */
function joinTypeArgument({ name, arguments: given }: ConstDirectiveNode, argument: string): boolean | undefined {
  const value = name.value === 'join__type' ? given?.find((one) => one.name.value === argument)?.value : undefined;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
