/** The error of a route outside GraphQL. The client receives its status (4xx) and message, as JSON with a code. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
