import { codeOfStatus } from '../errors/error-codes.js';

/** Returns the body of an error response in the form that GraphQL clients expect. */
export const errorBody = (status: number, message: string): object => ({
  errors: [{ message, extensions: { code: codeOfStatus(status) } }],
});
