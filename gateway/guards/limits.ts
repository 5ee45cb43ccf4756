import { MAX_RESPONSE_BYTES } from '../../subgraphs/shared/server/max-response-bytes.js';

/** A limit of what one request, or one client, may ask for. */
export interface Limit {
  /** The environment variable that changes it. */
  readonly variable: `GATEWAY_${string}`;
  readonly default: number;
  /** The things that it counts. */
  readonly unit: string;
  /** The resource that it protects. */
  readonly protects: string;
  /** True if `off` or 0 switches it off. */
  readonly isOptional?: boolean;
  /**
   * The default with `GATEWAY_AUTH=off`, if it differs; Infinity is off. All clients are then counted by address, which may be that of a
   * proxy in front of them.
   */
  readonly defaultWithoutAuthentication?: number;
}

/** All limits of the gateway: the one place that names them. The README has the same table, which a test checks. */
export const LIMITS = {
  cost: { variable: 'GATEWAY_MAX_COST', default: 5000, unit: 'objects that an operation may return', protects: 'subgraphs and memory' },
  listSize: {
    variable: 'GATEWAY_ASSUMED_LIST_SIZE',
    default: 5,
    unit: 'objects of a list without `@listSize`',
    protects: 'subgraphs and memory',
  },
  depth: { variable: 'GATEWAY_MAX_DEPTH', default: 12, unit: 'fields nested in one another', protects: 'the planner' },
  fields: { variable: 'GATEWAY_MAX_FIELDS', default: 10_000, unit: 'fields, with all fragments expanded', protects: 'the planner' },
  rootFields: { variable: 'GATEWAY_MAX_ROOT_FIELDS', default: 20, unit: 'root fields', protects: 'subgraphs' },
  aliases: { variable: 'GATEWAY_MAX_ALIASES', default: 30, unit: 'aliases in a document', protects: 'subgraphs' },
  deferred: { variable: 'GATEWAY_MAX_DEFERRED', default: 20, unit: 'deferred fragments', protects: 'the planner' },
  introspections: {
    variable: 'GATEWAY_MAX_INTROSPECTIONS',
    default: 3,
    unit: 'root fields `__schema` and `__type`',
    protects: 'the gateway',
  },
  tokens: { variable: 'GATEWAY_MAX_TOKENS', default: 5000, unit: 'tokens in a document', protects: 'the parser' },
  operations: { variable: 'GATEWAY_MAX_OPERATIONS', default: 5, unit: 'operations in a document', protects: 'validation' },
  directives: { variable: 'GATEWAY_MAX_DIRECTIVES', default: 50, unit: 'directives in a document', protects: 'validation' },
  locationDirectives: {
    variable: 'GATEWAY_MAX_LOCATION_DIRECTIVES',
    default: 5,
    unit: 'directives of one field or fragment',
    protects: 'validation',
  },
  variableDepth: {
    variable: 'GATEWAY_MAX_VARIABLE_DEPTH',
    default: 64,
    unit: 'lists and objects nested in a variable',
    protects: 'subgraphs',
  },
  bodyBytes: { variable: 'GATEWAY_MAX_BODY_BYTES', default: 262_144, unit: 'bytes of a request body', protects: 'memory' },
  responseBytes: {
    variable: 'GATEWAY_MAX_RESPONSE_BYTES',
    default: MAX_RESPONSE_BYTES,
    unit: 'bytes of a response or event of a subgraph',
    protects: 'memory',
  },
  streams: { variable: 'GATEWAY_MAX_STREAMS', default: 100, unit: 'open streams of one client', protects: 'sockets' },
  requestsPerMinute: {
    variable: 'GATEWAY_MAX_REQUESTS_PER_MINUTE',
    default: 60_000,
    unit: 'requests of one viewer',
    protects: 'the gateway',
    isOptional: true,
  },
  costPerMinute: {
    variable: 'GATEWAY_MAX_COST_PER_MINUTE',
    default: 2_000_000,
    unit: 'cost of the operations of one viewer',
    protects: 'subgraphs',
    isOptional: true,
  },
  newOperationsPerMinute: {
    variable: 'GATEWAY_MAX_NEW_OPERATIONS_PER_MINUTE',
    default: 1200,
    unit: 'operations of one viewer that are not planned yet',
    protects: 'validation and the planner',
    isOptional: true,
  },
  addressRequestsPerMinute: {
    variable: 'GATEWAY_MAX_ADDRESS_REQUESTS_PER_MINUTE',
    default: 600,
    unit: 'requests of one address without a viewer',
    protects: 'the gateway',
    isOptional: true,
    defaultWithoutAuthentication: Infinity,
  },
  addressCostPerMinute: {
    variable: 'GATEWAY_MAX_ADDRESS_COST_PER_MINUTE',
    default: 20_000,
    unit: 'cost of the operations of one address without a viewer',
    protects: 'subgraphs',
    isOptional: true,
    defaultWithoutAuthentication: Infinity,
  },
  addressNewOperationsPerMinute: {
    variable: 'GATEWAY_MAX_ADDRESS_NEW_OPERATIONS_PER_MINUTE',
    default: 60,
    unit: 'operations of one address that are not planned yet',
    protects: 'validation and the planner',
    isOptional: true,
    defaultWithoutAuthentication: Infinity,
  },
  sockets: { variable: 'GATEWAY_MAX_SOCKETS', default: 100, unit: 'open WebSockets of one client', protects: 'sockets' },
  socketOperations: {
    variable: 'GATEWAY_MAX_SOCKET_OPERATIONS',
    default: 100,
    unit: 'operations that run on one WebSocket',
    protects: 'memory',
  },
  unreadBytes: {
    variable: 'GATEWAY_MAX_UNREAD_BYTES',
    default: 1_048_576,
    unit: 'bytes that wait for a WebSocket client, besides one result',
    protects: 'memory',
  },
} as const satisfies Record<string, Limit>;

/** The values of the limits. Infinity is a limit that is switched off. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** Returns the default of a limit. */
export const defaultOf = (limit: Limit, isAuthenticationOff: boolean): number =>
  (isAuthenticationOff ? limit.defaultWithoutAuthentication : undefined) ?? limit.default;

const defaults = (isAuthenticationOff: boolean): Limits =>
  Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, defaultOf(limit, isAuthenticationOff)])) as Limits;

export const DEFAULT_LIMITS = defaults(false);
/** The defaults with `GATEWAY_AUTH=off`. */
export const DEFAULT_LIMITS_WITHOUT_AUTHENTICATION = defaults(true);
