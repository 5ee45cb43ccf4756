import { Kind, visit, type ASTNode, type DocumentNode } from 'graphql';
import { badInput } from '../../subgraphs/shared/errors/coded-error.js';
import type { Limits } from './limits.js';
import { parseOrNull } from './parse-or-null.js';

/**
 * Limits what makes the validation of a document slow. It is checked before Apollo Server validates a document that it does not
 * know, because Apollo Server has no hook there that can refuse one.
 */
export class DocumentLimits {
  constructor(private readonly limits: Limits) {}

  /** Throws BAD_USER_INPUT if the document exceeds a limit. Accepts a document that does not parse: Apollo Server reports that. */
  check(query: string): void {
    if (isWithinLimits(query, this.limits)) return;
    const document = parseOrNull(query, this.limits.tokens);
    if (!document) return;
    const { operations, directives, locationDirectives } = this.limits;
    const counts = count(document);
    refuseAbove(operations, counts.operations, 'operations', 'Send the others in requests of their own.');
    refuseAbove(directives, counts.directives, 'directives', 'Split the operation into several.');
    refuseAbove(locationDirectives, counts.locationDirectives, 'directives at one place', 'Remove those that repeat.');
  }
}

/**
 * True if a document is certain to be within the limits, which spares most documents a second parse. Curly brackets outside of
 * others begin an operation, a fragment or a default value, so there are at most as many operations. Texts with strings or
 * comments, which can contain brackets, are parsed.
 */
function isWithinLimits(query: string, { operations, directives, locationDirectives }: Limits): boolean {
  if (query.includes('"') || query.includes('#')) return false;
  let [depth, definitions, ats] = [0, 0, 0];
  for (let index = 0; index < query.length; index++) {
    const character = query[index];
    if (character === '{' && depth++ === 0) definitions++;
    else if (character === '}') depth--;
    else if (character === '@') ats++;
  }
  return definitions <= operations && ats <= Math.min(directives, locationDirectives);
}

function refuseAbove(limit: number, value: number, what: string, remedy: string): void {
  if (value > limit) throw badInput(`The document has ${value} ${what}; the limit is ${limit}. ${remedy}`);
}

/** The numbers of parts of a document as it is written, without expanding its fragments. */
interface Counts {
  operations: number;
  directives: number;
  /** The largest number of directives at one place. */
  locationDirectives: number;
}

function count(document: DocumentNode): Counts {
  const counts: Counts = { operations: 0, directives: 0, locationDirectives: 0 };
  visit(document, {
    enter(node: ASTNode) {
      if (node.kind === Kind.OPERATION_DEFINITION) counts.operations++;
      if ('directives' in node && node.directives) {
        counts.directives += node.directives.length;
        counts.locationDirectives = Math.max(counts.locationDirectives, node.directives.length);
      }
    },
  });
  return counts;
}
