/** Returns the JSON Schema of a model's input: an object with every feature, where null is a missing value. */
export function inputSchemaOf(features: readonly { name: string; kind: 'number' | 'text' }[]): Record<string, unknown> {
  const typeOf = (kind: 'number' | 'text') => ({ type: [kind === 'number' ? 'number' : 'string', 'null'] });
  return {
    type: 'object',
    properties: Object.fromEntries(features.map(({ name, kind }) => [name, typeOf(kind)])),
    required: features.map(({ name }) => name),
    additionalProperties: false,
  };
}

/** Returns the JSON Schema of a model's output: a label with its probabilities, or a number if `classes` is null. */
export function outputSchemaOf(classes: readonly string[] | null): Record<string, unknown> {
  const properties = classes
    ? { label: { type: 'string', enum: classes }, confidence: { type: 'number' }, probabilities: { type: 'object' } }
    : { prediction: { type: 'number' } };
  return { type: 'object', properties, required: Object.keys(properties) };
}
