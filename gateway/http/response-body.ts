import type { FormattedExecutionResult } from 'graphql';
import { ResponseData } from '../execution/response/response-data.js';

/** The JSON of a response. Data that was written as JSON already is not read again. */
export function responseBody({ errors, data, extensions }: FormattedExecutionResult): Buffer | string {
  if (!((data as unknown) instanceof ResponseData)) return JSON.stringify({ errors, data, extensions });
  const { response, json } = data as unknown as ResponseData;
  if (!errors && !extensions) return response;
  const others = JSON.stringify({ errors, extensions });
  return Buffer.concat([Buffer.from(`${others.slice(0, -1)},"data":`), json, Buffer.from('}')]);
}
