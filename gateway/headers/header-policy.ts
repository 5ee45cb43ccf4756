import type { IncomingHttpHeaders } from 'node:http';
import type { Claims } from '../identity/claims.js';
import type { AddedHeaders, SubgraphHeaders } from '../transport/subgraph-headers.js';
import type { HeaderRules } from './header-rules.js';
import { headerText, requestSteps, type ClientHeaders, type HeaderFields, type RequestStep } from './request-rules.js';
import { responseSteps, type Contributions, type ResponseStep } from './response-rules.js';
import { ReturnedHeaders, type ReturnedFields } from './returned-headers.js';

/** The headers of W3C Trace Context, which every subgraph gets. No response depends on them. */
const TRACE_HEADERS = ['traceparent', 'tracestate'] as const;

/** The compiled rules for one subgraph. */
interface SubgraphPolicy {
  readonly request: readonly RequestStep[];
  readonly response: readonly ResponseStep[];
  /** True if the `Cache-Control` of its responses is returned. */
  readonly returnsCachePolicy: boolean;
  /** True if its cookies are returned: then each client request needs a response of its own. */
  readonly returnsCookies: boolean;
}

export interface HeaderPolicyOptions {
  rules: HeaderRules;
  /** Called with the name of a header that is left out of a subgraph request because the value of its claim is not valid. */
  onInvalidValue: (name: string) => void;
  /** Called if headers of subgraphs are left out of a response because they are not valid or too large. */
  onIncompleteResponse: () => void;
}

/** The header rules of a configuration. They are compiled once. */
export class HeaderPolicy {
  readonly #options: HeaderPolicyOptions;
  readonly #bySubgraph: ReadonlyMap<string, SubgraphPolicy>;
  readonly #ofOthers: SubgraphPolicy;
  readonly #isEmpty: boolean;
  readonly #returnsHeaders: boolean;
  /** True if the response has the strictest cache policy of all responses of subgraphs. */
  readonly #mergesCachePolicies: boolean;
  readonly #vary: string;

  constructor(options: HeaderPolicyOptions) {
    const { rules } = options;
    this.#options = options;
    this.#ofOthers = compile(rules, undefined);
    this.#bySubgraph = new Map(Object.keys(rules.subgraphs).map((name) => [name, compile(rules, name)]));
    const all = [this.#ofOthers, ...this.#bySubgraph.values()];
    this.#isEmpty = all.every(({ request, response }) => request.length === 0 && response.length === 0);
    this.#returnsHeaders = all.some(({ response }) => response.length > 0);
    this.#mergesCachePolicies = all.some(({ returnsCachePolicy }) => returnsCachePolicy);
    this.#vary = varyOf(rules);
  }

  /** Returns the headers of the subgraph requests of one client request; undefined if there are none and none are returned. */
  forRequest(headers: IncomingHttpHeaders, claims: Claims | null): ClientRequestHeaders | undefined {
    if (this.#isEmpty && headers.traceparent === undefined && headers.tracestate === undefined) return undefined;
    const { onInvalidValue, onIncompleteResponse } = this.#options;
    return new ClientRequestHeaders(
      { headers, claims, onInvalidValue },
      (subgraph) => this.#bySubgraph.get(subgraph) ?? this.#ofOthers,
      this.#returnsHeaders ? { mergesCachePolicies: this.#mergesCachePolicies, vary: this.#vary, onIncompleteResponse } : null,
    );
  }
}

/** The headers of the subgraph requests of one client request, and those that their responses return to it. */
export class ClientRequestHeaders implements SubgraphHeaders {
  readonly onResponse?: SubgraphHeaders['onResponse'];
  readonly #added = new Map<string, AddedHeaders>();
  readonly #returned = new ReturnedHeaders();
  #hasMutation = false;

  constructor(
    private readonly client: ClientHeaders,
    private readonly policyOf: (subgraph: string) => SubgraphPolicy,
    private readonly returning: { mergesCachePolicies: boolean; vary: string; onIncompleteResponse: () => void } | null,
  ) {
    if (returning) this.onResponse = (...response) => this.#addResponse(...response);
  }

  headersFor(subgraph: string): AddedHeaders {
    let added = this.#added.get(subgraph);
    if (!added) this.#added.set(subgraph, (added = this.#createFor(this.policyOf(subgraph))));
    return added;
  }

  /** Returns the headers of subgraphs for the response to the client. No cache may store one with errors or of a mutation. */
  returnedFields(hasErrors: boolean): ReturnedFields | undefined {
    if (!this.returning) return undefined;
    if (this.#returned.isIncomplete) this.returning.onIncompleteResponse();
    const fields = this.#returned.fields(!hasErrors && !this.#hasMutation);
    if (fields['cache-control'] && fields['cache-control'] !== 'no-store')
      fields.vary = [fields.vary ?? [], this.returning.vary].flat().join(', ');
    return fields;
  }

  #createFor({ request, returnsCookies }: SubgraphPolicy): AddedHeaders {
    const fields = Object.create(null) as HeaderFields;
    for (const name of TRACE_HEADERS) {
      const value = headerText(this.client.headers, name);
      if (value !== undefined) fields[name] = value;
    }
    for (const step of request) step(fields, this.client);
    const relevant = Object.entries(fields).filter(([name]) => !TRACE_HEADERS.includes(name as 'traceparent'));
    return { fields, sharingKey: returnsCookies ? null : relevant.length > 0 ? JSON.stringify(relevant) : '' };
  }

  #addResponse(subgraph: string, headers: IncomingHttpHeaders, isMutation: boolean): void {
    this.#hasMutation ||= isMutation;
    const { response } = this.policyOf(subgraph);
    const contributions: Contributions = new Map();
    for (const step of response) step(contributions, headers);
    this.#returned.add(contributions, this.returning!.mergesCachePolicies);
  }
}

function compile({ all, subgraphs }: HeaderRules, name: string | undefined): SubgraphPolicy {
  const own = name === undefined ? undefined : subgraphs[name];
  const response = responseSteps([...(all?.response ?? []), ...(own?.response ?? [])]);
  /** True if the rules return a header with this name. */
  const returns = (header: string): boolean => {
    const contributions: Contributions = new Map();
    for (const step of response) step(contributions, { [header]: 'x' });
    return contributions.has(header);
  };
  return {
    request: requestSteps([...(all?.request ?? []), ...(own?.request ?? [])]),
    response,
    returnsCachePolicy: returns('cache-control'),
    returnsCookies: returns('set-cookie'),
  };
}

/** Returns the `Vary` header of responses that caches may store: they depend on every header that a subgraph gets. */
function varyOf({ all, subgraphs }: HeaderRules): string {
  const propagated = [all, ...Object.values(subgraphs)].flatMap(
    (rules) => rules?.request.flatMap(({ propagate }) => propagate ?? []) ?? [],
  );
  if (propagated.some(({ matching }) => matching)) return '*';
  return [...new Set(['accept', 'authorization', 'x-api-key', ...propagated.flatMap(({ named = [] }) => named)])].join(', ');
}
