import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/** Tokens of the longest document; parsing stops there. */
export const MAX_TOKENS = 2000;
const MAX_ALIASES = 30;
const MAX_ROOT_FIELDS = 20;

interface RequestContext {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** An Apollo Server plugin: one request does not ask the same costly thing many times, such as to sign in. */
export const limits = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation }: RequestContext) => {
      if (aliases(document) > MAX_ALIASES) throw badInput(`More than ${MAX_ALIASES} aliases.`);
      if (rootFields(document, operation.selectionSet) > MAX_ROOT_FIELDS) throw badInput(`More than ${MAX_ROOT_FIELDS} root fields.`);
    },
  }),
};

function aliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { [Kind.FIELD]: ({ alias }) => void (count += alias ? 1 : 0) });
  return count;
}

/** The fields of a root selection, through its fragments; validation has refused fragments that go round in circles. */
function rootFields(document: DocumentNode, { selections }: SelectionSetNode): number {
  return selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return count + rootFields(document, selection.selectionSet);
    const fragment = document.definitions.find(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
    );
    return count + (fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet) : 0);
  }, 0);
}
