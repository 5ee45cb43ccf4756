import { z } from 'zod';
import { required } from './environment.js';

const MIN_SECRET_BYTES = 32;

/**
 * Reads signing keys: `id:secret` with the secret in base64. To rotate keys, put the new key first and the old one after a comma;
 * both are accepted.
 */
export const signingKeys = z
  .string(required('id:base64-secret, at least 32 bytes; two with a comma between while rotating'))
  .transform((text, context) => {
    const keys = text.split(',').map((pair) => {
      const [id = '', secret = ''] = pair.trim().split(':');
      return { id, secret: Buffer.from(secret, 'base64') };
    });
    for (const { id, secret } of keys) {
      if (!/^[\w-]+$/.test(id)) context.addIssue('each key must be id:base64-secret, with an id of letters, digits, - and _');
      else if (secret.length < MIN_SECRET_BYTES)
        context.addIssue(`the secret of key "${id}" must have at least ${MIN_SECRET_BYTES} bytes; got ${secret.length}`);
    }
    if (keys.length > 2) context.addIssue(`must have at most two keys; got ${keys.length}`);
    return keys;
  });
