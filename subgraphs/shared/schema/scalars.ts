import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver, JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { badInput } from '../errors/coded-error.js';

/** SafeInt of graphql-scalars, which also serializes the BigInt values that Prisma reads from `bigint` columns. */
const SafeInt = new GraphQLScalarType({
  ...SafeIntResolver.toConfig(),
  serialize: (value) => SafeIntResolver.serialize(typeof value === 'bigint' ? Number(value) : value),
});

/** DateTime of graphql-scalars, limited to the years 1 to 9999 in UTC, which PostgreSQL and ISO 8601 write alike. */
const DateTime = new GraphQLScalarType({
  ...DateTimeResolver.toConfig(),
  parseValue: (value) => assertStorable(DateTimeResolver.parseValue(value)),
  parseLiteral: (node, variables) => assertStorable(DateTimeResolver.parseLiteral(node, variables)),
});

function assertStorable(time: Date): Date {
  const year = time.getUTCFullYear();
  if (year < 1 || year > 9999) throw badInput(`A DateTime must be between the years 1 and 9999; got the year ${year}.`);
  return time;
}

/** The resolvers of the scalars in shared.graphql. */
export const scalars = { DateTime, JSON: JSONResolver, SafeInt };
