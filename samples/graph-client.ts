/** A GraphQL client over HTTP with an API key. */
export interface GraphClient {
  /** Runs an operation and returns its `data`. Throws for GraphQL errors and for user errors of mutations. */
  // Each call gives the operation that determines the type of the result.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  run(query: string, variables?: object): Promise<any>;
}

export function graphClient(url: string, apiKey: string): GraphClient {
  return {
    async run(query, variables) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await response.json()) as { data?: Record<string, { userErrors?: unknown[] } | null>; errors?: unknown[] };
      const problems = errors ?? Object.values(data ?? {}).flatMap((field) => field?.userErrors ?? []);
      if (!data || problems.length > 0) throw new Error(`The operation failed: ${query.slice(0, 80)}: ${JSON.stringify(problems)}`);
      return data;
    },
  };
}
