/** What the outputs of an exported model are called: no feature can have one of these names. */
export const OUTPUT_NAMES: readonly string[] = ['label', 'probabilities', 'prediction'];
