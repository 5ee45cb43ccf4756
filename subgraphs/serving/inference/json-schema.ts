import { Ajv, type ValidateFunction } from 'ajv';
import { sha256 } from '../../shared/digest/sha256.js';
import { LRUCache } from 'lru-cache';

const MAX_CHARACTERS = 256 * 1024;
const MAX_NODES = 10_000;
const MAX_DEPTH = 32;
/** Each may look at the same value again. */
const MAX_ALTERNATIVES = 50;
const ALTERNATIVES = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'contains', 'propertyNames', 'dependentSchemas', 'dependencies']);
/** What makes the time that a check takes grow faster than schema and value do, or leads out of the schema. */
const REFUSED = new Set([
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
const KEPT = 500;

/**
 * Why a JSON Schema that a user gives is refused; null for one that is checked with. It is whole in itself, and checks in a
 * time that grows with the size of schema and value and no faster.
 */
export function schemaProblem(schema: object): string | null {
  if (JSON.stringify(schema).length > MAX_CHARACTERS) return `This is longer than ${MAX_CHARACTERS} characters.`;
  const count = { nodes: 0, alternatives: 0 };
  const problem = walk(schema, 0, count);
  if (problem !== null) return problem;
  if (count.alternatives > MAX_ALTERNATIVES) return `This has more than ${MAX_ALTERNATIVES} alternatives.`;
  try {
    compile(schema);
    return null;
  } catch (error) {
    return `This is no JSON Schema: ${(error as Error).message.slice(0, 300)}`;
  }
}

function walk(value: unknown, depth: number, count: { nodes: number; alternatives: number }): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return `This is more than ${MAX_DEPTH} levels deep.`;
  for (const [key, inner] of Object.entries(value)) {
    if (++count.nodes > MAX_NODES) return `This has more than ${MAX_NODES} parts.`;
    if (!Array.isArray(value)) {
      if (REFUSED.has(key)) return `The keyword "${key}" is not taken.`;
      if (ALTERNATIVES.has(key)) count.alternatives += Array.isArray(inner) ? inner.length : 1;
    }
    const problem = key === 'properties' ? walkProperties(inner, depth + 1, count) : walk(inner, depth + 1, count);
    if (problem !== null) return problem;
  }
  return null;
}

/** A property may be called like a keyword. */
function walkProperties(properties: unknown, depth: number, count: { nodes: number; alternatives: number }): string | null {
  if (typeof properties !== 'object' || properties === null) return null;
  for (const schema of Object.values(properties)) {
    if (++count.nodes > MAX_NODES) return `This has more than ${MAX_NODES} parts.`;
    const problem = walk(schema, depth + 1, count);
    if (problem !== null) return problem;
  }
  return null;
}

/** Ajv compiles once and remembers by object; each schema has one of its own, so that none is remembered longer than it is used. */
function compile(schema: object): ValidateFunction {
  const { $schema: _, ...rest } = schema as { $schema?: unknown };
  return new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false, ownProperties: true }).compile(rest);
}

const validators = new LRUCache<string, ValidateFunction>({ max: KEPT });
/** The same ones by the object that was checked with before, which spares its text. */
const validatorOf = new WeakMap<object, ValidateFunction>();

function validator(schema: object): ValidateFunction {
  const known = validatorOf.get(schema);
  if (known) return known;
  const key = Buffer.from(sha256(JSON.stringify(schema))).toString('base64url');
  const validate = validators.get(key) ?? compile(schema);
  validators.set(key, validate);
  validatorOf.set(schema, validate);
  return validate;
}

/** A value that a schema does not allow. */
export interface Mismatch {
  /** The way to the value. */
  path: string[];
  message: string;
}

/** What is wrong with a value by a schema; null for nothing. Schemas are compiled once for as long as they are in use. */
export function mismatch(schema: object, value: unknown): Mismatch | null {
  const validate = validator(schema);
  if (validate(value)) return null;
  const { instancePath, keyword, params, message } = validate.errors![0]!;
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') return { path: [...path, String(params.missingProperty)], message: 'This is missing.' };
  if (keyword === 'additionalProperties')
    return { path: [...path, String(params.additionalProperty)], message: 'The model does not take this.' };
  const allowed = keyword === 'enum' ? `: ${JSON.stringify(params.allowedValues).slice(0, 300)}` : '';
  return { path, message: `This ${message}${allowed}.` };
}
