import { Ajv, type ValidateFunction } from 'ajv';
import { quote } from '../../shared/errors/user-error.js';

const MAX_CHARACTERS = 256 * 1024;
const MAX_NODES = 10_000;
const MAX_DEPTH = 32;
/** Each subschema of such a keyword may validate the same value again. */
const MAX_SUBSCHEMAS = 50;
const COMBINING_KEYWORDS = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'contains',
  'propertyNames',
  'dependentSchemas',
  'dependencies',
]);
/** Keywords that refer to other schemas, or that make the validation time grow faster than the sizes of schema and value. */
const UNSUPPORTED_KEYWORDS = new Set([
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
  '$id',
  'pattern',
  'patternProperties',
  'uniqueItems',
  'unevaluatedProperties',
  'unevaluatedItems',
  '$async',
]);

interface SchemaSize {
  nodes: number;
  subschemas: number;
}

/**
 * Returns the reason why a user's JSON Schema is refused, or null if it is accepted. An accepted schema is self-contained, and
 * validates in a time that is linear in the sizes of schema and value.
 */
export function schemaProblem(schema: object): string | null {
  const { length } = JSON.stringify(schema);
  if (length > MAX_CHARACTERS) return `The schema must have at most ${MAX_CHARACTERS} characters as JSON; got ${length}.`;
  const size = { nodes: 0, subschemas: 0 };
  const problem = findProblem(schema, 0, size);
  if (problem !== null) return problem;
  if (size.subschemas > MAX_SUBSCHEMAS)
    return `The schema must have at most ${MAX_SUBSCHEMAS} subschemas in "anyOf" and similar keywords; got ${size.subschemas}.`;
  try {
    compileSchema(schema);
    return null;
  } catch (error) {
    return `This is not a valid JSON Schema: ${(error as Error).message.slice(0, 300)}`;
  }
}

/** Walks the schema and adds to `size`. */
function findProblem(value: unknown, depth: number, size: SchemaSize): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return `The schema must be at most ${MAX_DEPTH} levels deep.`;
  for (const [key, child] of Object.entries(value)) {
    if (++size.nodes > MAX_NODES) return tooManyNodes();
    if (!Array.isArray(value)) {
      if (UNSUPPORTED_KEYWORDS.has(key)) return `The keyword ${quote(key)} is not supported. Remove it from the schema.`;
      if (COMBINING_KEYWORDS.has(key)) size.subschemas += Array.isArray(child) ? child.length : 1;
    }
    const problem = key === 'properties' ? findPropertyProblem(child, depth + 1, size) : findProblem(child, depth + 1, size);
    if (problem !== null) return problem;
  }
  return null;
}

/** Walks the value of `properties`, in which a keyword may be the name of a property. */
function findPropertyProblem(properties: unknown, depth: number, size: SchemaSize): string | null {
  if (typeof properties !== 'object' || properties === null) return null;
  for (const schema of Object.values(properties)) {
    if (++size.nodes > MAX_NODES) return tooManyNodes();
    const problem = findProblem(schema, depth + 1, size);
    if (problem !== null) return problem;
  }
  return null;
}

const tooManyNodes = (): string => `The schema must have at most ${MAX_NODES} keys and list items.`;

/** Compiles a schema with an Ajv instance of its own: Ajv caches by schema object and would keep each schema for as long as it lives. */
export function compileSchema(schema: object): ValidateFunction {
  const { $schema: _, ...rest } = schema as { $schema?: unknown };
  return new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false, ownProperties: true }).compile(rest);
}
