/** A GraphQL client over HTTP with an API key. */
export interface GraphClient {
  /** Runs an operation and returns its `data`. Throws for GraphQL errors and for user errors of mutations. */
  // Each call gives the operation that determines the type of the result.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  run(query: string, variables?: object): Promise<any>;
}

/** The number of attempts at an operation that can be repeated. */
const MAX_ATTEMPTS = 5;
/** The codes of errors that a busy machine causes. */
const TRANSIENT_CODES = new Set(['TIMEOUT', 'UNAVAILABLE']);

interface Response {
  data?: Record<string, { userErrors?: unknown[] } | null>;
  errors?: { extensions?: { code?: string } }[];
}

/** Creates a client. It repeats queries, and mutations with an idempotency key, that a busy machine did not complete in time. */
export function graphClient(url: string, apiKey: string): GraphClient {
  async function send(query: string, variables?: object): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Response;
  }
  return {
    async run(query, variables) {
      let { data, errors } = await send(query, variables);
      for (let attempt = 1; attempt < MAX_ATTEMPTS && isTransient(errors) && canRepeat(query, variables); attempt++)
        ({ data, errors } = await send(query, variables));
      const problems = errors ?? Object.values(data ?? {}).flatMap((field) => field?.userErrors ?? []);
      if (!data || problems.length > 0) throw new Error(`The operation failed: ${query.slice(0, 80)}: ${JSON.stringify(problems)}`);
      return data;
    },
  };
}

const isTransient = (errors: Response['errors']): boolean =>
  errors !== undefined && errors.every(({ extensions }) => TRANSIENT_CODES.has(extensions?.code ?? ''));

const canRepeat = (query: string, variables: object = {}): boolean =>
  !/^\s*mutation\b/.test(query) || JSON.stringify(variables).includes('"idempotencyKey":');
