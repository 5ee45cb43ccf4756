import { composeServices } from '@apollo/composition';
import { parse, print } from 'graphql';
import { addOneOf, oneOfInputs, withOneOfDefinition } from '../planning/one-of.js';

/** The name, URL and schema of a subgraph. */
export interface SubgraphDefinition {
  name: string;
  url: string;
  sdl: string;
}

/** Thrown if the subgraphs do not compose. The message has one line for each reason. */
export class CompositionError extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`The subgraphs do not compose:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
  }
}

/**
 * Returns the SDL of the supergraph. Subgraphs are composed in order of name, so that equal input gives equal SDL. An input object
 * has `@oneOf` if it has it in any subgraph.
 */
export function compose(subgraphs: readonly SubgraphDefinition[]): string {
  const services = [...subgraphs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, url, sdl }) => ({ name, url, typeDefs: withOneOfDefinition(parse(sdl)) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new CompositionError(errors.map((error) => error.message));
  const oneOf = new Set(services.flatMap(({ typeDefs }) => oneOfInputs(typeDefs)));
  return oneOf.size > 0 ? print(addOneOf(parse(supergraphSdl!), oneOf)) : supergraphSdl!;
}
