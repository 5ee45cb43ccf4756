import { Kind, visit, type DocumentNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';

/**
 * Refuses values that no subgraph can store, so that the client gets a message that helps instead of a database error: text with
 * a NUL character or an unpaired surrogate, the key `__proto__`, and values that are nested too deeply. An instance remembers
 * the documents that passed; the document store returns the same objects for equal documents.
 */
export class StorableValues {
  readonly #passed = new WeakSet<DocumentNode>();

  /** @param maxDepth the largest number of lists and objects nested in one another in the variables. */
  constructor(private readonly maxDepth: number) {}

  /** Throws BAD_USER_INPUT if the document or the variables hold such a value. */
  check({ document, request }: { document: DocumentNode; request: { variables?: Record<string, unknown> } }): void {
    if (!this.#passed.has(document)) {
      visit(document, {
        [Kind.STRING]: ({ value }) => checkText(value),
        [Kind.OBJECT_FIELD]: ({ name }) => checkKey(name.value),
      });
      this.#passed.add(document);
    }
    checkValue(request.variables, 0, this.maxDepth);
  }
}

function checkText(text: string): void {
  if (text.includes('\0')) throw badInput('A string contains a NUL character (U+0000), which cannot be stored. Remove it.');
  if (!text.isWellFormed())
    throw badInput('A string contains an unpaired surrogate, so it is not valid Unicode. Remove it or complete the pair.');
}

function checkKey(key: string): void {
  checkText(key);
  if (key === '__proto__') throw badInput('"__proto__" cannot be the name of a field of an object. Choose another name.');
}

function checkValue(value: unknown, depth: number, maxDepth: number): void {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth) throw badInput(`Variables must be nested at most ${maxDepth} levels deep. Flatten the value.`);
  for (const [key, item] of Object.entries(value)) {
    checkKey(key);
    checkValue(item, depth + 1, maxDepth);
  }
}
