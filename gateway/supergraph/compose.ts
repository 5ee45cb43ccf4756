import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

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

/** Returns the SDL of the supergraph. Subgraphs are composed in order of name, so that equal input gives equal SDL. */
export function compose(subgraphs: readonly SubgraphDefinition[]): string {
  const services = [...subgraphs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new CompositionError(errors.map((error) => error.message));
  return supergraphSdl!;
}
