import { Kind, visit, type DocumentNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/** How deep variables may nest. */
const MAX_DEPTH = 64;

interface RequestContext {
  document: DocumentNode;
  request: { variables?: Record<string, unknown> };
}

/** Documents without such values: Apollo Server gives equal ones as one object. */
const admitted = new WeakSet<DocumentNode>();

/**
 * Values that cannot be stored as they are, are the client's mistake and are told so here, rather than a database error
 * later: a NUL character, half a surrogate pair, a key that JavaScript would lose, endless nesting.
 */
export function checkValues({ document, request }: RequestContext): void {
  if (!admitted.has(document)) {
    visit(document, {
      [Kind.STRING]: ({ value }) => checkText(value),
      [Kind.OBJECT_FIELD]: ({ name }) => checkKey(name.value),
    });
    admitted.add(document);
  }
  checkValue(request.variables, 0);
}

function checkText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw badInput('A text holds a NUL character or half a surrogate pair.');
}

function checkKey(key: string): void {
  checkText(key);
  if (key === '__proto__') throw badInput('"__proto__" cannot be a key.');
}

function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw badInput(`Variables are nested more than ${MAX_DEPTH} levels deep.`);
  for (const [key, item] of Object.entries(value)) {
    checkKey(key);
    checkValue(item, depth + 1);
  }
}
