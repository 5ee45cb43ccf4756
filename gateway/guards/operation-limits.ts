import { Kind, visit, type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';

/**
 * Limits the size of an operation, so that one request cannot repeat a costly field (such as signing in) many times. An
 * instance remembers the operations that passed; the document store returns the same objects for equal documents.
 */
export class OperationLimits {
  readonly #passed = new WeakSet<OperationDefinitionNode>();

  constructor(private readonly limits: Limits = DEFAULT_LIMITS) {}

  /** Lets an operation pass whatever its size is. */
  accept(operation: OperationDefinitionNode): void {
    this.#passed.add(operation);
  }

  /** Throws BAD_USER_INPUT if the operation exceeds a limit. */
  check({ document, operation }: { document: DocumentNode; operation?: OperationDefinitionNode }): void {
    if (!operation || this.#passed.has(operation)) return;
    const { limits } = this;
    refuseAbove(limits.aliases, 'aliases', countAliases(document));
    const size = measureOperation(document, operation);
    refuseAbove(limits.rootFields, 'root fields', size.selectedFields);
    refuseAbove(limits.fields, 'fields', size.fields);
    refuseAbove(limits.deferred, 'deferred fragments', size.deferred);
    refuseAbove(limits.introspections, 'introspection fields (__schema and __type)', size.introspections);
    if (size.depth > limits.depth)
      throw badInput(
        `The operation is ${size.depth} fields deep; the limit is ${limits.depth}. Select the inner objects in an operation of their own.`,
      );
    this.#passed.add(operation);
  }
}

function refuseAbove(limit: number, what: string, count: number): void {
  if (count > limit) throw badInput(`The operation has ${count} ${what}; the limit is ${limit}. Split it into several operations.`);
}

function countAliases(document: DocumentNode): number {
  let count = 0;
  visit(document, { [Kind.FIELD]: ({ alias }) => void (count += alias ? 1 : 0) });
  return count;
}

/** The size of a selection set with all fragment spreads expanded. */
interface Size {
  /** The number of fields of the selection set itself. */
  selectedFields: number;
  /** The number of fields, nested ones included. */
  fields: number;
  /** The largest number of fields that are nested in one another. Fields of the introspection do not count: graphql-js limits them. */
  depth: number;
  deferred: number;
  introspections: number;
}

/**
 * Returns the size of an operation. Each fragment is measured once and the result is reused for every spread, because twenty
 * small fragments can expand to a million fields. Fragments must not form cycles, which validation ensures.
 */
function measureOperation({ definitions }: DocumentNode, operation: OperationDefinitionNode): Size {
  const sizes = new Map<string, Size>();
  const measureFragment = (name: string): Size => {
    let size = sizes.get(name);
    if (!size) {
      const fragment = definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
      size = fragment?.kind === Kind.FRAGMENT_DEFINITION ? measure(fragment.selectionSet) : emptySize();
      sizes.set(name, size);
    }
    return size;
  };
  const measure = ({ selections }: SelectionSetNode): Size => {
    const total = emptySize();
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) addField(total, selection, selection.selectionSet ? measure(selection.selectionSet) : emptySize());
      else {
        add(total, selection.kind === Kind.INLINE_FRAGMENT ? measure(selection.selectionSet) : measureFragment(selection.name.value));
        if (selection.directives?.some(({ name }) => name.value === 'defer')) total.deferred++;
      }
    }
    return total;
  };
  return measure(operation.selectionSet);
}

const emptySize = (): Size => ({ selectedFields: 0, fields: 0, depth: 0, deferred: 0, introspections: 0 });

function addField(total: Size, { name }: FieldNode, below: Size): void {
  const isIntrospection = name.value === '__schema' || name.value === '__type';
  add(total, {
    selectedFields: 1,
    fields: 1 + below.fields,
    depth: isIntrospection ? 1 : 1 + below.depth,
    deferred: below.deferred,
    introspections: below.introspections + (isIntrospection ? 1 : 0),
  });
}

function add(total: Size, size: Size): void {
  total.selectedFields += size.selectedFields;
  total.fields += size.fields;
  total.depth = Math.max(total.depth, size.depth);
  total.deferred += size.deferred;
  total.introspections += size.introspections;
}
