import type { IncomingHttpHeaders } from 'node:http';
import { claimText, type Claims } from '../identity/claims.js';
import { toLatin1, type RequestRule } from './header-rules.js';
import { headerSelection } from './header-selection.js';
import { isHeaderValue, isReservedInRequests } from './reserved-headers.js';

/** The properties of a client request from which the headers of subgraph requests are made. */
export interface ClientHeaders {
  readonly headers: IncomingHttpHeaders;
  /** The claims of the client's token; null for an anonymous client. */
  readonly claims: Claims | null;
  /** Called with the name of a header that is left out because its value is not valid. */
  readonly onInvalidValue: (name: string) => void;
}

/** The headers of one subgraph request, by name in lower case. Without a prototype, because clients choose names. */
export type HeaderFields = Record<string, string>;

/** Changes the headers of a subgraph request. */
export type RequestStep = (fields: HeaderFields, client: ClientHeaders) => void;

/** The longest header that is made of a claim, in characters. */
const MAX_CLAIM = 4096;

/** Returns the steps of the rules, in their order. */
export const requestSteps = (rules: readonly RequestRule[]): RequestStep[] =>
  rules.map(({ propagate, insert, remove }) => {
    if (propagate) return propagation(propagate);
    if (insert) return insert.claim === undefined ? insertion(insert.name, insert.value!) : claimInsertion(insert.name, insert.claim);
    const isRemoved = headerSelection(remove!);
    return (fields) => {
      for (const name in fields) if (isRemoved(name)) delete fields[name];
    };
  });

function propagation(rule: NonNullable<RequestRule['propagate']>): RequestStep {
  const { named, matching, rename, default: fallback } = rule;
  if (!matching) {
    const isSelected = headerSelection(rule);
    const names = named!.filter(isSelected);
    return (fields, { headers }) => {
      const connection = connectionHeaders(headers);
      for (const name of names) {
        const value = connection?.has(name) ? undefined : headerText(headers, name);
        if (value !== undefined) fields[rename ?? name] = value;
        else if (fallback !== undefined) fields[rename ?? name] = fallback;
      }
    };
  }
  const isSelected = headerSelection(rule);
  return (fields, { headers }) => {
    const connection = connectionHeaders(headers);
    for (const name of Object.keys(headers)) {
      if (isReservedInRequests(name) || connection?.has(name) || !isSelected(name)) continue;
      fields[name] = headerText(headers, name)!;
    }
  };
}

const insertion =
  (name: string, value: string): RequestStep =>
  (fields) =>
    void (fields[name] = value);

/** Sets a header to the value of a claim. Without the claim the header is absent, so that no client can send it in its place. */
const claimInsertion =
  (name: string, claim: string): RequestStep =>
  (fields, { claims, onInvalidValue }) => {
    delete fields[name];
    const text = claims && claimText(claims, claim);
    if (text === null) return;
    const value = toLatin1(text);
    if (isHeaderValue(value) && value.length <= MAX_CLAIM) fields[name] = value;
    else onInvalidValue(name);
  };

/** Returns the value of a header; Node.js has joined the values of repeated headers, except those of `set-cookie`. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Returns the headers that the client's `Connection` header names: they end here (RFC 9110, section 7.6.1). Null for none. */
function connectionHeaders({ connection }: IncomingHttpHeaders): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
