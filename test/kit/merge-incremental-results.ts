import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { SubsequentResult } from './federation.js';

type Values = Record<string | number, unknown>;

/** Merges the initial result and the subsequent results: the data of each item is merged into the value at its path. */
export function mergeIncrementalResults(
  first: FormattedExecutionResult,
  later: readonly SubsequentResult[],
): { data: unknown; errors: GraphQLFormattedError[] } {
  const whole = structuredClone({ data: first.data }) as { data: unknown };
  const errors = [...(first.errors ?? [])];
  for (const { path, data, errors: more = [] } of later.flatMap(({ incremental }) => incremental)) {
    errors.push(...more);
    let target = whole.data;
    for (const step of path) target = (target as Values)[step];
    if (typeof target !== 'object' || target === null) throw new Error(`a part for ${JSON.stringify(path)}, where nothing is`);
    if (data !== null) mergeInto(target as Values, structuredClone(data) as Values);
  }
  return { data: whole.data, errors };
}

function mergeInto(target: Values, source: Values): void {
  for (const [key, value] of Object.entries(source)) {
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (typeof known === 'object' && known !== null && typeof value === 'object' && value !== null)
      mergeInto(known as Values, value as Values);
    else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }
}
