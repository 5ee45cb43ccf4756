/** The properties of one code of `extensions.code`. */
interface ErrorCodeProperties {
  /** HTTP status of a response to a request that was not executed because of an error with this code. */
  readonly status: number;
  /** Other HTTP statuses that a refusal outside GraphQL reports with this code. */
  readonly otherStatuses?: readonly number[];
  /** True if the message is written for the client. Clients see a generic message in place of any other. */
  readonly isPublic: boolean;
  /**
   * True if the request itself was well formed and its document or variables are at fault. For such an error GraphQL over
   * HTTP (section 6.4.1) asks for status 200 when the response is `application/json`.
   */
  readonly concernsOperation?: boolean;
  /** The name of the member of `extensions` that clients see beside the code. */
  readonly publicExtension?: string;
  /** True if a subgraph that receives this code from another subgraph reports the same code to its own client. */
  readonly isRelayed?: boolean;
}

/**
 * All codes that a client may find in `extensions.code`; whatever depends on a code is derived from this table. The codes
 * `GRAPHQL_*`, `OPERATION_*`, `PERSISTED_*`, `BAD_REQUEST`, `BAD_USER_INPUT` and `INTERNAL_SERVER_ERROR` are Apollo Server's.
 */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, otherStatuses: [405, 406, 411, 413, 415, 426, 431], isPublic: true },
  BAD_USER_INPUT: { status: 400, otherStatuses: [422], isPublic: true, concernsOperation: true },
  /** The code of Apollo Router and Hive Router for an operation above the limit of the cost. */
  COST_ESTIMATED_TOO_EXPENSIVE: { status: 400, isPublic: true, concernsOperation: true },
  GRAPHQL_PARSE_FAILED: { status: 400, isPublic: true, concernsOperation: true },
  GRAPHQL_VALIDATION_FAILED: { status: 400, isPublic: true, concernsOperation: true },
  OPERATION_RESOLUTION_FAILURE: { status: 400, isPublic: true, concernsOperation: true },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, isPublic: true },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, isPublic: true },
  UNAUTHENTICATED: { status: 401, isPublic: true, isRelayed: true },
  FORBIDDEN: { status: 403, isPublic: true, isRelayed: true },
  NOT_FOUND: { status: 404, isPublic: true },
  CONFLICT: { status: 409, isPublic: true },
  RATE_LIMITED: { status: 429, isPublic: true, isRelayed: true, publicExtension: 'rateLimit' },
  UNAVAILABLE: { status: 503, isPublic: true, isRelayed: true },
  TIMEOUT: { status: 503, otherStatuses: [408], isPublic: true, isRelayed: true },
  /** The operation was executed; only its response is refused. */
  RESPONSE_TOO_LARGE: { status: 400, isPublic: true, isRelayed: true, concernsOperation: true },
  /** The server ends a stream because it closes. The client may open it again. */
  SHUTTING_DOWN: { status: 503, isPublic: true },
  INTERNAL_SERVER_ERROR: { status: 500, isPublic: false },
} as const satisfies Record<string, ErrorCodeProperties>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes that one subgraph relays from another. */
export type RelayedErrorCode = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code] extends { readonly isRelayed: true } ? Code : never;
}[ErrorCode];

const PROPERTIES = new Map<unknown, ErrorCodeProperties>(Object.entries(ERROR_CODES));

/** Returns the properties of a code that comes from outside this program; undefined if the code is not in the table. */
export const errorCodeProperties = (code: unknown): ErrorCodeProperties | undefined => PROPERTIES.get(code);

export const isRelayed = (code: unknown): code is RelayedErrorCode => errorCodeProperties(code)?.isRelayed === true;

/** The first code of the table for each status. */
const CODES = new Map(
  Object.entries<ErrorCodeProperties>(ERROR_CODES)
    .flatMap(([code, { status, otherStatuses = [] }]) => [status, ...otherStatuses].map((one) => [one, code as ErrorCode] as const))
    .reverse(),
);

/** Returns the code of a refusal outside GraphQL, by its HTTP status. */
export const codeOfStatus = (status: number): ErrorCode => CODES.get(status) ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
