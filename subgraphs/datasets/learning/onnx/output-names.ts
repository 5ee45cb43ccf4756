/** The names of the outputs of exported models. No feature can have one of these names. */
export const OUTPUT_NAMES: readonly string[] = ['label', 'probabilities', 'prediction'];
