import type { UserError } from '../../shared/errors/user-error.js';
import { isClassifier, isScalar, rowShape } from '../inference/row-shape.js';
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

/** Returns the JSON Schema of one input row: an object with each input by name. Floats and strings may be null for a missing value. */
export const inputSchemaOf = ({ inputs }: Signature): Schema => ({
  type: 'object',
  properties: propertySchemas(inputs, true),
  required: inputs.map(({ name }) => name),
  additionalProperties: false,
});

/** Returns the JSON Schema of the output for one row. */
export function outputSchemaOf({ outputs, classes }: Signature): Schema {
  const properties = propertySchemas(outputs, false);
  if (isClassifier(outputs)) {
    if (classes) properties.label = { type: 'string', enum: classes };
    properties.confidence = { type: 'number' };
    if (classes) properties.probabilities = { type: 'object' };
  }
  return { type: 'object', properties, required: Object.keys(properties) };
}

function propertySchemas(tensors: readonly TensorSignature[], isInput: boolean): Schema {
  const properties = Object.create(null) as Schema;
  for (const tensor of tensors) properties[tensor.name] = valueSchema(tensor.type, rowShape(tensor).shape, isInput);
  return properties;
}

function valueSchema(type: TensorType, shape: readonly (number | null)[], isInput: boolean): Schema {
  if (isScalar(shape)) return scalarSchema(type, isInput);
  const [size, ...rest] = shape;
  const items = rest.length === 0 ? scalarSchema(type, isInput) : valueSchema(type, rest, isInput);
  return { type: 'array', items, ...(size !== null && { minItems: size, maxItems: size }) };
}

function scalarSchema(type: TensorType, isInput: boolean): Schema {
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'string') return { type: isInput ? ['string', 'null'] : 'string' };
  // NaN and infinity have no JSON representation and become null.
  if (type.startsWith('float')) return { type: ['number', 'null'] };
  const range = RANGES[type];
  return { type: 'integer', ...(range && { minimum: range[0], maximum: range[1] }) };
}

/** Returns the conflicts between the user's schemas and the model file. A schema without `properties` has none. */
export function schemaConflicts(signature: Signature, given: { inputSchema?: unknown; outputSchema?: unknown }): UserError[] {
  return [
    ...compareProperties('inputSchema', given.inputSchema, inputSchemaOf(signature), true),
    ...compareProperties('outputSchema', given.outputSchema, outputSchemaOf(signature), false),
  ];
}

function compareProperties(argument: string, given: unknown, modelSchema: Schema, isInput: boolean): UserError[] {
  const properties = (given as { properties?: Record<string, unknown> } | null | undefined)?.properties;
  if (properties == null || typeof properties !== 'object') return [];
  const field = ['input', argument, 'properties'];
  const modelProperties = modelSchema.properties as Record<string, { type: string | string[] }>;
  const problems: UserError[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    const modelProperty = modelProperties[name];
    const propertyField = [...field, name];
    if (!modelProperty)
      problems.push({
        code: 'INVALID',
        field: propertyField,
        message: `The model has no ${isInput ? 'input' : 'output'} with this name. Remove it from the schema.`,
      });
    else if (!typesOverlap(modelProperty.type, (schema as { type?: unknown } | null)?.type))
      problems.push({
        code: 'INVALID',
        field: propertyField,
        message: `The type must be ${[modelProperty.type].flat().join(' or ')}, as in the model file.`,
      });
  }
  if (isInput)
    for (const name of Object.keys(modelProperties))
      if (!Object.hasOwn(properties, name))
        problems.push({ code: 'INVALID', field, message: `The model also has the input "${name}". Add it to the schema.` });
  return problems;
}

/** True if two JSON Schema types have one in common. A missing type allows all. */
function typesOverlap(modelType: string | string[], givenType: unknown): boolean {
  if (givenType === undefined) return true;
  const givenTypes = [givenType].flat().map((type) => (type === 'integer' ? 'number' : type));
  return [modelType].flat().some((type) => type !== 'null' && givenTypes.includes(type === 'integer' ? 'number' : type));
}
