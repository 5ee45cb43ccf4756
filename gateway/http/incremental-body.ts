import type { SubsequentResult } from '../execution/defer/incremental-results.js';
import { stringifyJson } from '../json.js';
import type { ErrorReporter } from './error-reporter.js';

/** Adds `"hasNext": true` to a JSON object: an initial result that others follow. */
export const withHasNext = (body: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(body).subarray(0, -1), Buffer.from(',"hasNext":true}')]);

/** Returns the JSON of a payload that follows an initial result, in the format of Apollo's clients (2022-08-24). */
export function subsequentBody({ incremental, hasNext }: SubsequentResult, report: ErrorReporter): Buffer {
  const chunks: Buffer[] = [Buffer.from('{"incremental":[')];
  for (const [index, { label, path, data, errors }] of incremental.entries()) {
    const head = stringifyJson({ label, path, errors: errors?.map(report) });
    chunks.push(Buffer.from(`${index > 0 ? ',' : ''}${head.slice(0, -1)},"data":`));
    chunks.push(data?.json ?? Buffer.from('null'), Buffer.from('}'));
  }
  chunks.push(Buffer.from(`],"hasNext":${hasNext}}`));
  return Buffer.concat(chunks);
}
