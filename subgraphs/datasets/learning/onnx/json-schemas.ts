/** The JSON Schema of what a model takes: each feature, or null where it is missing. */
export function inputSchemaOf(features: readonly { name: string; kind: 'number' | 'text' }[]): Record<string, unknown> {
  const typeOf = (kind: 'number' | 'text') => ({ type: [kind === 'number' ? 'number' : 'string', 'null'] });
  return {
    type: 'object',
    properties: Object.fromEntries(features.map(({ name, kind }) => [name, typeOf(kind)])),
    required: features.map(({ name }) => name),
    additionalProperties: false,
  };
}

/** The JSON Schema of what a model answers: a label of these classes with its probabilities, or a number. */
export function outputSchemaOf(classes: readonly string[] | null): Record<string, unknown> {
  const properties = classes
    ? { label: { type: 'string', enum: classes }, confidence: { type: 'number' }, probabilities: { type: 'object' } }
    : { prediction: { type: 'number' } };
  return { type: 'object', properties, required: Object.keys(properties) };
}
