import { buildSchema, findBreakingChanges } from 'graphql';

/** Returns a description of each change that may break clients of the old schema. */
export const breakingChanges = (before: string, after: string): string[] =>
  findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ description }) => description);
