import { GraphQLError, Kind, type DirectiveNode, type ValidationRule } from 'graphql';

const DEFER = 'defer';

/** Labels of `@defer` are texts, as clients know them before they ask, and each stands once in a document. */
const LabelsOfDefer: ValidationRule = (context) => {
  const known = new Map<string, DirectiveNode>();
  return {
    Directive(node) {
      const label = node.name.value === DEFER && node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (!label || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING)
        return context.reportError(new GraphQLError('The label of a @defer must be a text.', { nodes: node }));
      const other = known.get(label.value);
      if (other) context.reportError(new GraphQLError(`Two @defer have the label "${label.value}".`, { nodes: [other, node] }));
      else known.set(label.value, node);
    },
  };
};

/** The fields of a mutation are run one after the other, and answered with it; what is below them may come later. */
const NoDeferredMutations: ValidationRule = (context) => ({
  Directive(node) {
    const parent = context.getParentType();
    if (node.name.value !== DEFER || !parent || parent !== context.getSchema().getMutationType()) return;
    context.reportError(new GraphQLError(`The fields of "${parent.name}" cannot be deferred.`, { nodes: node }));
  },
});

/** What the specification of `@defer` forbids, and GraphQL.js of this version does not know of. */
export const DEFER_RULES: ValidationRule[] = [LabelsOfDefer, NoDeferredMutations];
