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

/** The variables that decide what is skipped and included. */
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

/** Whether a selection with these directives is part of the operation, by the values of the variables in its conditions. */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, isTrue: (variable: string) => boolean): boolean {
  return (directives ?? []).filter(isCondition).every((directive) => {
    const { value } = directive.arguments!.find(({ name }) => name.value === 'if')!;
    const holds = value.kind === Kind.VARIABLE ? isTrue(value.name.value) : value.kind === Kind.BOOLEAN && value.value;
    return holds === (directive.name.value === GraphQLIncludeDirective.name);
  });
}

/** What is left of a document when its conditions are decided. An object of which nothing is selected any more stays an object. */
export function decided(document: DocumentNode, isTrue: (variable: string) => boolean): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave({ selections, ...node }) {
        const left = selections.filter(({ directives }) => isIncluded(directives, isTrue)).map(undecorated);
        return { ...node, selections: left.length > 0 ? left : [TYPENAME] };
      },
    },
  });
}

const undecorated = (selection: SelectionNode): SelectionNode => ({
  ...selection,
  directives: selection.directives?.filter((directive) => !isCondition(directive)),
});

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
