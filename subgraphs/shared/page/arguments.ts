import { badInput } from '../errors/coded-error.js';

/** The arguments of a connection (Relay Cursor Connections, https://relay.dev/graphql/connections.htm). */
export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface Order<Field extends string> {
  field: Field;
  direction: 'ASC' | 'DESC';
}

/** The arguments of a connection that can be filtered and ordered. */
export interface ConnectionArguments<Filter, Field extends string> extends PageArguments {
  filter?: Filter | null;
  orderBy?: Order<Field> | null;
}

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

/** The position of a page: the `size` rows after `cursor`, or before it if `backward`. */
export interface PageWindow {
  size: number;
  backward: boolean;
  cursor: string | null;
}

/** Returns the page that the arguments select. Throws BAD_USER_INPUT if they contradict each other or are out of range. */
export function resolvePageWindow({ first, after, last, before }: PageArguments): PageWindow {
  if (first != null && last != null) throw badInput('Give either first or last, not both.');
  if (after != null && before != null) throw badInput('Give either after or before, not both.');
  const backward = last != null || before != null;
  if (backward && (first != null || after != null)) throw badInput('Combine first with after, or last with before.');
  return { size: pageSize(backward ? 'last' : 'first', backward ? last : first), backward, cursor: (backward ? before : after) ?? null };
}

function pageSize(argument: string, size: number | null | undefined): number {
  if (size == null) return DEFAULT_PAGE_SIZE;
  if (size < 1 || size > MAX_PAGE_SIZE) throw badInput(`${argument} must be between 1 and ${MAX_PAGE_SIZE}; got ${size}.`);
  return size;
}
