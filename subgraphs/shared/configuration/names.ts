/** The five subgraphs, in the order of their default ports. */
export const SUBGRAPHS = ['datasets', 'chat', 'documents', 'serving', 'devlab'] as const;

export type SubgraphName = (typeof SUBGRAPHS)[number];

/** The port of a server where PORT does not say another: the gateway 4000, then the subgraphs in order. */
export const defaultPort = (server: SubgraphName | 'gateway'): number => (server === 'gateway' ? 4000 : 4001 + SUBGRAPHS.indexOf(server));
