import type { IncomingHttpHeaders } from 'node:http';

/** The name and version of a client application, which it sends with each request. */
export interface ClientInfo {
  clientName?: string;
  clientVersion?: string;
}

/** The maximum number of characters of a name or version. Clients choose them, and reports have one entry for each. */
const MAX_LENGTH = 100;

/** Returns the client's name and version from the headers that Apollo's clients send. */
export const clientInfo = (headers: IncomingHttpHeaders): ClientInfo => ({
  clientName: header(headers['apollographql-client-name']),
  clientVersion: header(headers['apollographql-client-version']),
});

const header = (value: string | string[] | undefined): string | undefined => value && String(value).slice(0, MAX_LENGTH);
