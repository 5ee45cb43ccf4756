import type { ErrorObject, ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import { sha256 } from '../../shared/digest/sha256.js';
import { quote } from '../../shared/errors/user-error.js';
import { compileSchema } from './json-schema.js';

const MAX_CACHED_VALIDATORS = 500;

/** The first value that a schema does not allow. */
export interface SchemaMismatch {
  /** The path from the validated value to the wrong one. */
  path: string[];
  message: string;
}

/** Validates values against JSON Schemas and caches the compiled validators. Each process has one. */
export class SchemaValidators {
  readonly #byDigest = new LRUCache<string, ValidateFunction>({ max: MAX_CACHED_VALIDATORS });
  /** Maps schema objects to their validators, so that the schema of a cached target is not serialized for every prediction. */
  readonly #byObject = new WeakMap<object, ValidateFunction>();

  /** Returns the first mismatch between a value and a schema, or null if the value is valid. */
  mismatch(schema: object, value: unknown): SchemaMismatch | null {
    const validate = this.#validator(schema);
    return validate(value) ? null : toMismatch(validate.errors![0]!);
  }

  #validator(schema: object): ValidateFunction {
    const cached = this.#byObject.get(schema);
    if (cached) return cached;
    const digest = Buffer.from(sha256(JSON.stringify(schema))).toString('base64url');
    const validate = this.#byDigest.get(digest) ?? compileSchema(schema);
    this.#byDigest.set(digest, validate);
    this.#byObject.set(schema, validate);
    return validate;
  }
}

function toMismatch({ instancePath, keyword, params, message }: ErrorObject): SchemaMismatch {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') {
    const missing = [...path, String(params.missingProperty)];
    return { path: missing, message: `${missing.join('.')} is required.` };
  }
  if (keyword === 'additionalProperties')
    return {
      path: [...path, String(params.additionalProperty)],
      message: `The model has no input named ${quote(String(params.additionalProperty))}. Remove it.`,
    };
  const name = path.join('.') || 'The row';
  if (keyword === 'type') return { path, message: `${name} must be of type ${[params.type].flat().join(' or ')}.` };
  const allowed = keyword === 'enum' ? `: ${JSON.stringify(params.allowedValues).slice(0, 300)}` : '';
  return { path, message: `${name} ${message?.replace('NOT', 'not')}${allowed}.` };
}
