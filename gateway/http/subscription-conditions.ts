import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';
import { parseOrNull } from '../guards/parse-or-null.js';
import type { Parameters } from './parameters.js';

/**
 * Throws BAD_USER_INPUT for a document with a subscription whose root field has a `@skip` or `@include` with a variable. The
 * GraphQL specification (September 2025, section 5.2.4.1) forbids it, and the validation rule of graphql-js 16 throws an
 * error of its own for it.
 */
export function refuseConditionalSubscriptions({ query }: Parameters, maxTokens: number): void {
  if (!query || !/\bsubscription\b/.test(query) || !/@\s*(skip|include)\b/.test(query)) return;
  const document = parseOrNull(query, maxTokens);
  for (const definition of document?.definitions ?? []) {
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'subscription')
      refuseConditions(document!, definition.selectionSet, new Set());
  }
}

function refuseConditions(document: DocumentNode, { selections }: SelectionSetNode, visited: Set<string>): void {
  for (const selection of selections) {
    const condition = selection.directives?.find(
      ({ name, arguments: args }) =>
        (name.value === 'skip' || name.value === 'include') && args?.some(({ value }) => value.kind === Kind.VARIABLE),
    );
    if (condition)
      throw badInput(`The field of a subscription cannot have @${condition.name.value} with a variable. Leave the directive out.`);
    if (selection.kind === Kind.INLINE_FRAGMENT) refuseConditions(document, selection.selectionSet, visited);
    if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
    visited.add(selection.name.value);
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value)
        refuseConditions(document, node.selectionSet, visited);
    }
  }
}
