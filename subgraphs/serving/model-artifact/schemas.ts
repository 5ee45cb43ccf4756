import type { UserError } from '../../shared/errors/user-error.js';
import { isClassifier, isSingle, rowShape } from '../inference/row-shape.js';
import type { Signature, TensorSignature, TensorType } from '../inference/signature.js';

type Schema = Record<string, unknown>;

const RANGES: Readonly<Partial<Record<TensorType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
};

/** The JSON Schema of one row that a model takes: each input by its name; numbers and texts may be null, which is a missing value. */
export const inputSchemaOf = ({ inputs }: Signature): Schema => ({
  type: 'object',
  properties: byName(inputs, true),
  required: inputs.map(({ name }) => name),
  additionalProperties: false,
});

/** The JSON Schema of what a model answers for one row. */
export function outputSchemaOf({ outputs, classes }: Signature): Schema {
  const properties = byName(outputs, false);
  if (isClassifier(outputs)) {
    if (classes) properties.label = { type: 'string', enum: classes };
    properties.confidence = { type: 'number' };
    if (classes) properties.probabilities = { type: 'object' };
  }
  return { type: 'object', properties, required: Object.keys(properties) };
}

function byName(tensors: readonly TensorSignature[], isInput: boolean): Schema {
  const properties = Object.create(null) as Schema;
  for (const tensor of tensors) properties[tensor.name] = valueSchema(tensor.type, rowShape(tensor).shape, isInput);
  return properties;
}

function valueSchema(type: TensorType, shape: readonly (number | null)[], isInput: boolean): Schema {
  if (isSingle(shape)) return single(type, isInput);
  const [size, ...rest] = shape;
  const items = rest.length === 0 ? single(type, isInput) : valueSchema(type, rest, isInput);
  return { type: 'array', items, ...(size !== null && { minItems: size, maxItems: size }) };
}

function single(type: TensorType, isInput: boolean): Schema {
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'string') return { type: isInput ? ['string', 'null'] : 'string' };
  // What is no number, or infinite, has no JSON: it is null.
  if (type.startsWith('float')) return { type: ['number', 'null'] };
  const range = RANGES[type];
  return { type: 'integer', ...(range && { minimum: range[0], maximum: range[1] }) };
}

/** Where a schema that was given contradicts the model itself. One without properties says nothing that could. */
export function contradictions(signature: Signature, given: { inputSchema?: unknown; outputSchema?: unknown }): UserError[] {
  return [
    ...compared('inputSchema', given.inputSchema, inputSchemaOf(signature), true),
    ...compared('outputSchema', given.outputSchema, outputSchemaOf(signature), false),
  ];
}

function compared(argument: string, given: unknown, own: Schema, mustHaveAll: boolean): UserError[] {
  const properties = (given as { properties?: Record<string, unknown> } | null | undefined)?.properties;
  if (properties == null || typeof properties !== 'object') return [];
  const field = ['input', argument, 'properties'];
  const known = own.properties as Record<string, { type: string | string[] }>;
  const problems: UserError[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    const ours = known[name];
    const at = [...field, name];
    if (!ours) problems.push({ code: 'INVALID', field: at, message: `The model has no ${mustHaveAll ? 'input' : 'output'} of this name.` });
    else if (!agree(ours.type, (schema as { type?: unknown } | null)?.type))
      problems.push({ code: 'INVALID', field: at, message: `Of the model this is ${[ours.type].flat().join(' or ')}.` });
  }
  if (mustHaveAll)
    for (const name of Object.keys(known))
      if (!Object.hasOwn(properties, name)) problems.push({ code: 'INVALID', field, message: `The model also takes "${name}".` });
  return problems;
}

/** Whether two types of JSON Schema have one in common; one that is not said has all. */
function agree(ours: string | string[], theirs: unknown): boolean {
  if (theirs === undefined) return true;
  const kinds = [theirs].flat().map((type) => (type === 'integer' ? 'number' : type));
  return [ours].flat().some((type) => type !== 'null' && kinds.includes(type === 'integer' ? 'number' : type));
}
