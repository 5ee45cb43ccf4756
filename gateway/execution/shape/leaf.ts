import { isEnumType, isLeafType, type GraphQLLeafType } from 'graphql';

/** Whether a value that a subgraph sent can stand for a leaf type of the schema that clients see. */
export type LeafCheck = (value: unknown) => boolean;

const isText: LeafCheck = (value) => typeof value === 'string';

const BUILT_IN: Readonly<Record<string, LeafCheck>> = {
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: (value) => typeof value === 'number',
  String: isText,
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};

/** Custom scalars are what their subgraph says they are; enum values that clients must not see are refused here. */
export function leafCheck(type: GraphQLLeafType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => names.has(value);
  }
  return Object.hasOwn(BUILT_IN, type.name) && isLeafType(type) ? BUILT_IN[type.name]! : isShallow;
}

/** How deep a value of a custom scalar may be nested. */
const MAX_DEPTH = 1000;

/** Whether a value can be written as JSON: one that is nested too deeply ends the stack. */
export const isShallow = (value: unknown, depth = 0): boolean =>
  typeof value !== 'object' || value === null || (depth < MAX_DEPTH && Object.values(value).every((item) => isShallow(item, depth + 1)));
