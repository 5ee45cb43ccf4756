import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** A subgraph's schema and where its server listens. */
export interface SubgraphDefinition {
  name: string;
  url: string;
  sdl: string;
}

/** The subgraphs do not fit together; each line says one reason. */
export class CompositionError extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`The subgraphs do not compose:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
  }
}

/** The supergraph's SDL. Subgraphs are composed in the order of their names, so that the same input gives the same text. */
export function compose(subgraphs: readonly SubgraphDefinition[]): string {
  const services = [...subgraphs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new CompositionError(errors.map((error) => error.message));
  return supergraphSdl!;
}
