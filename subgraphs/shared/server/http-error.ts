/** Thrown by a route outside GraphQL: its client is answered with this status (4xx) and message, as JSON with a code. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
