import { COST_HEADER } from '../identity/report-cost.js';
import { CLAIMS_HEADER, SIGNATURE_HEADER } from '../../subgraphs/shared/viewer/signature.js';

/** The headers of one connection or one body (RFC 9110, sections 7.6.1 and 8), and those by which the gateway is trusted. */
const NEVER = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  CLAIMS_HEADER,
  SIGNATURE_HEADER,
];

/** The headers that no rule can add to a subgraph request, because the transport sets them or they concern the client's response. */
const REQUEST = new Set([
  ...NEVER,
  'accept',
  'accept-encoding',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-event-id',
  'range',
]);

/** The headers that no rule can add to the response, because they describe the response of one subgraph or are the gateway's. */
const RESPONSE = new Set([
  ...NEVER,
  'accept-ranges',
  'age',
  'date',
  'etag',
  'expires',
  'last-modified',
  'x-accel-buffering',
  'x-content-type-options',
  'x-request-id',
  COST_HEADER.toLowerCase(),
]);

/** True for a name, in lower case, that no rule can add to a subgraph request. */
export const isReservedInRequests = (name: string): boolean => REQUEST.has(name) || name.startsWith('sec-websocket-');

/** True for a name, in lower case, that no rule can add to the response to a client. */
export const isReservedInResponses = (name: string): boolean => RESPONSE.has(name) || name.startsWith('access-control-');

/** The text of a header field (RFC 9110, section 5.5) in Latin-1, the form in which Node.js reads and writes it. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** True if a text can be a header's value: it has no line breaks and no other control characters. */
export const isHeaderValue = (text: string): boolean => FIELD_VALUE.test(text);
