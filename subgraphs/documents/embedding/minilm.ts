/** The model all-MiniLM-L6-v2, by its name in the graph and in the database. */
export const MINILM = { model: 'all-MiniLM-L6-v2', dimensions: 384 } as const;
