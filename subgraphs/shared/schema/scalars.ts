import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver, JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { badInput } from '../errors/coded-error.js';

/** SafeInt that also says the big integers that Prisma reads from `bigint` columns. */
const SafeInt = new GraphQLScalarType({
  ...SafeIntResolver.toConfig(),
  serialize: (value) => SafeIntResolver.serialize(typeof value === 'bigint' ? Number(value) : value),
});

/** DateTime within what PostgreSQL and ISO 8601 write alike: the years 1 to 9999 in UTC. */
const DateTime = new GraphQLScalarType({
  ...DateTimeResolver.toConfig(),
  parseValue: (value) => storable(DateTimeResolver.parseValue(value)),
  parseLiteral: (node, variables) => storable(DateTimeResolver.parseLiteral(node, variables)),
});

function storable(time: Date): Date {
  const year = time.getUTCFullYear();
  if (year < 1 || year > 9999) throw badInput('A DateTime lies between the years 1 and 9999.');
  return time;
}

/** How the scalars of shared.graphql are read and written. */
export const scalars = { DateTime, JSON: JSONResolver, SafeInt };
