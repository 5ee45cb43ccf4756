import { buildSchema, findBreakingChanges } from 'graphql';

/** What a client of the old schema could lose with the new one, a line each; empty where it loses nothing. */
export const breakingChanges = (before: string, after: string): string[] =>
  findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ description }) => description);
