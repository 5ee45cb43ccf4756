import { Kind, visit, type DocumentNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

interface RequestContext {
  document: DocumentNode;
  request: { variables?: Record<string, unknown> };
}

/**
 * An Apollo Server plugin: text that PostgreSQL cannot hold (a NUL character, half a surrogate pair) is the client's
 * mistake and is told so here, rather than a database error later.
 */
export const storableText = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, request }: RequestContext) => {
      visit(document, { [Kind.STRING]: ({ value }) => check(value) });
      checkAll(request.variables);
    },
  }),
};

function check(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw badInput('A text holds a NUL character or half a surrogate pair.');
}

function checkAll(value: unknown): void {
  if (typeof value === 'string') check(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      check(key);
      checkAll(item);
    }
  }
}
