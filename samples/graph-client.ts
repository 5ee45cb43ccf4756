/** Asks the graph as any client does: over HTTP, with an API key. */
export interface GraphClient {
  /** Runs an operation; a top-level error or a user error is thrown. Answers `data`, in the shape of the operation. */
  // The shape is the operation's, which stands beside each call.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  run(query: string, variables?: object): Promise<any>;
}

export function graphClient(url: string, apiKey: string): GraphClient {
  return {
    async run(query, variables) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await answer.json()) as { data?: Record<string, { userErrors?: unknown[] } | null>; errors?: unknown[] };
      const mistakes = errors ?? Object.values(data ?? {}).flatMap((field) => field?.userErrors ?? []);
      if (!data || mistakes.length > 0) throw new Error(`The graph refused ${query.slice(0, 80)}: ${JSON.stringify(mistakes)}`);
      return data;
    },
  };
}
