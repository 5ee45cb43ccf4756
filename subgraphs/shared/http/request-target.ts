/** The parts of a subgraph's URL that requests to it need. */
export interface RequestTarget {
  /** The scheme `http`, `https`, `ws` or `wss`, the host and the port. It has no credentials, so it may be logged. */
  origin: string;
  /** The path with the query. */
  path: string;
  /** True for the scheme `h2c`: HTTP/2 without TLS, which the client begins without negotiation (RFC 9113, section 3.3). */
  isH2c: boolean;
  /** The header `authorization` for the user and the password of the URL (RFC 7617); empty if it has none. */
  headers: Readonly<Record<string, string>>;
}

/** Parses the URL of a subgraph. Throws an error without the URL, which may contain a password, if it is invalid. */
export function requestTarget(url: string): RequestTarget {
  const isH2c = /^h2c:/i.test(url);
  // With the scheme http the URL is parsed by the rules of the web, for which h2c is unknown.
  const httpUrl = isH2c ? `http${url.slice('h2c'.length)}` : url;
  const parsed = URL.canParse(httpUrl) ? new URL(httpUrl) : null;
  if (!parsed || !/^(https?|wss?):$/.test(parsed.protocol))
    throw new Error('The URL of a subgraph is not valid. It must begin with http://, https://, h2c://, ws:// or wss://.');
  const { origin, pathname, search, username, password } = parsed;
  const credentials = username || password ? `${decode(username)}:${decode(password)}` : null;
  return {
    origin,
    path: pathname + search,
    isH2c,
    headers: credentials === null ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  };
}

/** Decodes the percent encoding of a part of a URL. A part that is not encoded correctly is taken as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
