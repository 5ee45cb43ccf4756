import type { FormattedExecutionResult } from 'graphql';
import { stringifyJson } from '../json.js';
import { ResponseData } from '../execution/response/response-data.js';

/** Returns the JSON of a response. Data that the executor has already serialized is copied and not parsed. */
export function responseBody({ errors, data, extensions }: FormattedExecutionResult): Buffer | string {
  if (!((data as unknown) instanceof ResponseData)) return stringifyJson({ errors, data, extensions });
  const { response, json } = data as unknown as ResponseData;
  if (!errors && !extensions) return response;
  const head = stringifyJson({ errors, extensions });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), json, Buffer.from('}')]);
}
