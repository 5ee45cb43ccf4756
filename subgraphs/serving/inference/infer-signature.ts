import type { Row } from './feeds.js';
import type { Signature, TensorSignature, TensorType } from './signature.js';

/**
 * Infers the input signature of a model that runs on another server, from its input schema and the rows of a request. Each name
 * becomes a batched tensor. A number becomes an int64 if the schema says `integer`, and otherwise a float32.
 */
export function inferSignature(inputSchema: unknown, rows: readonly Row[]): Signature {
  const schemas = (inputSchema as { properties?: Record<string, { type?: unknown }> } | null)?.properties ?? {};
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const inputs = [...names].map((name): TensorSignature => {
    const value = rows.find((row) => row[name] != null)?.[name];
    const [sample, ...dims] = Array.isArray(value) ? listDimensions(value) : [value, 1];
    const schemaType = Object.hasOwn(schemas, name) ? schemas[name]?.type : undefined;
    return { name, type: tensorType(sample, [schemaType].flat()), shape: [null, ...(dims as number[])] };
  });
  return { inputs, outputs: [], classes: null };
}

/** Returns the first value in nested lists, followed by the lengths of the lists from the outermost to the innermost. */
function listDimensions(list: unknown[]): [unknown, ...number[]] {
  const [first] = list;
  if (!Array.isArray(first)) return [first, list.length];
  const [sample, ...dims] = listDimensions(first);
  return [sample, list.length, ...dims];
}

function tensorType(sample: unknown, schemaTypes: unknown[]): TensorType {
  if (typeof sample === 'string' || (sample == null && schemaTypes.includes('string'))) return 'string';
  if (typeof sample === 'boolean') return 'bool';
  return schemaTypes.includes('integer') ? 'int64' : 'float32';
}
