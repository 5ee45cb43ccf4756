import type { Row } from './feeds.js';
import type { Signature, TensorSignature, TensorType } from './signature.js';

/**
 * What a model elsewhere takes, as far as its input schema and the rows tell: each value by its name as a column, whole numbers only
 * where the schema says so.
 */
export function signatureOfRows(inputSchema: unknown, rows: readonly Row[]): Signature {
  const schemas = (inputSchema as { properties?: Record<string, { type?: unknown }> } | null)?.properties ?? {};
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const inputs = [...names].map((name): TensorSignature => {
    const value = rows.find((row) => row[name] != null)?.[name];
    const [sample, ...dims] = Array.isArray(value) ? dimensions(value) : [value, 1];
    const type = Object.hasOwn(schemas, name) ? schemas[name]?.type : undefined;
    return { name, type: typeOf(sample, [type].flat()), shape: [null, ...(dims as number[])] };
  });
  return { inputs, outputs: [], classes: null };
}

/** The first value in nested lists, and the sizes of the lists. */
function dimensions(list: unknown[]): [unknown, ...number[]] {
  const [first] = list;
  if (!Array.isArray(first)) return [first, list.length];
  const [sample, ...dims] = dimensions(first);
  return [sample, list.length, ...dims];
}

function typeOf(sample: unknown, said: unknown[]): TensorType {
  if (typeof sample === 'string' || (sample == null && said.includes('string'))) return 'string';
  if (typeof sample === 'boolean') return 'bool';
  return said.includes('integer') ? 'int64' : 'float32';
}
