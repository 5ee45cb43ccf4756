/** A limit of what one request may ask for. */
interface Limit {
  /** The environment variable that changes it. */
  readonly variable: `GATEWAY_${string}`;
  readonly default: number;
  /** The resource that it protects, for the table in the README. */
  readonly protects: string;
}

/** All limits of operations: the one place where they are named. The README has the same table, which a test checks. */
export const LIMITS = {
  cost: { variable: 'GATEWAY_MAX_COST', default: 5000, protects: 'subgraphs and memory: objects that an operation may return' },
  listSize: { variable: 'GATEWAY_ASSUMED_LIST_SIZE', default: 5, protects: 'the same: assumed size of a list without `@listSize`' },
  depth: { variable: 'GATEWAY_MAX_DEPTH', default: 12, protects: 'the planner: fields nested in one another' },
  fields: { variable: 'GATEWAY_MAX_FIELDS', default: 10_000, protects: 'the planner: fields, with all fragments expanded' },
  rootFields: { variable: 'GATEWAY_MAX_ROOT_FIELDS', default: 20, protects: 'subgraphs: root fields' },
  aliases: { variable: 'GATEWAY_MAX_ALIASES', default: 30, protects: 'subgraphs: aliases in a document' },
  deferred: { variable: 'GATEWAY_MAX_DEFERRED', default: 20, protects: 'the planner: deferred fragments' },
  introspections: { variable: 'GATEWAY_MAX_INTROSPECTIONS', default: 3, protects: 'the gateway: root fields `__schema` and `__type`' },
  tokens: { variable: 'GATEWAY_MAX_TOKENS', default: 5000, protects: 'the parser: tokens in a document' },
  operations: { variable: 'GATEWAY_MAX_OPERATIONS', default: 5, protects: 'validation: operations in a document' },
  directives: { variable: 'GATEWAY_MAX_DIRECTIVES', default: 50, protects: 'validation: directives in a document' },
  locationDirectives: {
    variable: 'GATEWAY_MAX_LOCATION_DIRECTIVES',
    default: 5,
    protects: 'validation: directives of one field or fragment',
  },
  repetitions: {
    variable: 'GATEWAY_MAX_REPETITIONS',
    default: 500,
    protects: 'validation, which compares all fields with equal response keys: occurrences of one response key in a document',
  },
  variableDepth: { variable: 'GATEWAY_MAX_VARIABLE_DEPTH', default: 64, protects: 'subgraphs: lists and objects nested in a variable' },
  bodyBytes: { variable: 'GATEWAY_MAX_BODY_BYTES', default: 262_144, protects: 'memory: bytes of a request body' },
  streams: { variable: 'GATEWAY_MAX_STREAMS', default: 100, protects: 'sockets: open streams of one client' },
} as const satisfies Record<string, Limit>;

/** The values of the limits. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

export const DEFAULT_LIMITS = Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, limit.default])) as Limits;
