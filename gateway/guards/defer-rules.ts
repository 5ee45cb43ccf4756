import { GraphQLError, Kind, type DirectiveNode, type ValidationRule } from 'graphql';

const DEFER = 'defer';

/** Requires each `label` of `@defer` to be a string literal that is unique in its document. */
const DeferLabelRule: ValidationRule = (context) => {
  const directives = new Map<string, DirectiveNode>();
  return {
    Directive(node) {
      const label = node.name.value === DEFER && node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (!label || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING) {
        context.reportError(new GraphQLError('The label of @defer must be a string literal, not a variable.', { nodes: node }));
        return;
      }
      const first = directives.get(label.value);
      if (first) {
        const message = `The label "${label.value}" is used by more than one @defer. Give each @defer a label of its own.`;
        context.reportError(new GraphQLError(message, { nodes: [first, node] }));
      } else directives.set(label.value, node);
    },
  };
};

/** Forbids `@defer` on the root fields of a mutation, which are executed one after the other. Fields below them may be deferred. */
const NoDeferOnMutationRule: ValidationRule = (context) => ({
  Directive(node) {
    const parent = context.getParentType();
    if (node.name.value !== DEFER || !parent || parent !== context.getSchema().getMutationType()) return;
    const message = `Fields of "${parent.name}" cannot be deferred. Use @defer on a fragment below them.`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  },
});

/** The validation rules of the specification of `@defer` that graphql-js 16 does not have. */
export const DEFER_RULES: ValidationRule[] = [DeferLabelRule, NoDeferOnMutationRule];
