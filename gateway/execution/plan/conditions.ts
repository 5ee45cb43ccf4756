import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  visit,
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type SelectionNode,
} from 'graphql';

const isCondition = ({ name }: DirectiveNode): boolean =>
  name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;

/** Returns the names of the variables in the `@skip` and `@include` conditions of the nodes. */
export function conditionVariables(nodes: readonly ASTNode[]): string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive(directive) {
        if (!isCondition(directive)) return;
        for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

/** True if the `@skip` and `@include` directives of a selection include it, given the values of their variables. */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, isTrue: (variable: string) => boolean): boolean {
  return (directives ?? []).filter(isCondition).every((directive) => {
    const { value } = directive.arguments!.find(({ name }) => name.value === 'if')!;
    const isFulfilled = value.kind === Kind.VARIABLE ? isTrue(value.name.value) : value.kind === Kind.BOOLEAN && value.value;
    return isFulfilled === (directive.name.value === GraphQLIncludeDirective.name);
  });
}

/**
 * Returns the document without the selections that its conditions exclude, and without the conditions. A selection set that
 * becomes empty gets a `__typename`, so that its field stays an object.
 */
export function resolveConditions(document: DocumentNode, isTrue: (variable: string) => boolean): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave({ selections, ...node }) {
        const included = selections.filter(({ directives }) => isIncluded(directives, isTrue)).map(withoutConditions);
        return { ...node, selections: included.length > 0 ? included : [TYPENAME] };
      },
    },
  });
}

const withoutConditions = (selection: SelectionNode): SelectionNode => ({
  ...selection,
  directives: selection.directives?.filter((directive) => !isCondition(directive)),
});

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
