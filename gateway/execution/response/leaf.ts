import { isEnumType, isLeafType, type GraphQLLeafType } from 'graphql';
import { isSerializable, JsonNumber } from '../../json.js';

/** Returns true if a subgraph's value is valid for a leaf type of the API schema. */
export type LeafCheck = (value: unknown) => boolean;

const isString: LeafCheck = (value) => typeof value === 'string';

const BUILT_IN: Readonly<Record<string, LeafCheck>> = {
  Int: (value) =>
    typeof value === 'number' ? (value | 0) === value : value instanceof JsonNumber && (value.valueOf() | 0) === value.valueOf(),
  Float: (value) => typeof value === 'number' || (value instanceof JsonNumber && Number.isFinite(value.valueOf())),
  String: isString,
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value) || (value instanceof JsonNumber && Number.isInteger(value.valueOf())),
};

/**
 * Returns the check of a leaf type. Any value of a custom scalar is valid, as its subgraph has serialized it. Enum values that
 * are not in the API schema (`@inaccessible`) are invalid.
 */
export function leafCheck(type: GraphQLLeafType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => names.has(value);
  }
  return Object.hasOwn(BUILT_IN, type.name) && isLeafType(type) ? BUILT_IN[type.name]! : isSerializable;
}

/** True if a type's numbers are integers, which are written without a fraction and without an exponent. */
export const isIntegral = ({ name }: GraphQLLeafType): boolean => name === 'Int' || name === 'ID';
