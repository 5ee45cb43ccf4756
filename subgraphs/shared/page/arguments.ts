import { badInput } from '../errors/coded-error.js';

/** A Relay connection's arguments. */
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

/** Which page: `size` rows forward from `cursor`, or backward from it. */
export interface PageWindow {
  size: number;
  backward: boolean;
  cursor: string | null;
}

/** The page that the arguments ask for; what contradicts itself or is out of range is BAD_USER_INPUT. */
export function pageWindow({ first, after, last, before }: PageArguments): PageWindow {
  if (first != null && last != null) throw badInput('Give "first" or "last", not both.');
  if (after != null && before != null) throw badInput('Give "after" or "before", not both.');
  const backward = last != null || before != null;
  if (backward && (first != null || after != null)) throw badInput('"first" goes with "after", "last" goes with "before".');
  return { size: pageSize(backward ? 'last' : 'first', backward ? last : first), backward, cursor: (backward ? before : after) ?? null };
}

function pageSize(argument: string, size: number | null | undefined): number {
  if (size == null) return DEFAULT_PAGE_SIZE;
  if (size < 1 || size > MAX_PAGE_SIZE) throw badInput(`"${argument}" must be between 1 and ${MAX_PAGE_SIZE}.`);
  return size;
}
