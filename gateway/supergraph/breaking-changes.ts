import { buildSchema, findBreakingChanges } from 'graphql';

/** Compares two API schemas in SDL. Returns a description of each change that may break clients of the old schema. */
export const breakingChanges = (before: string, after: string): string[] =>
  findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ description }) => description);
