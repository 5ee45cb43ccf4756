import { z } from 'zod';
import { required } from './environment.js';

const MIN_SECRET_BYTES = 32;

/**
 * Keys that sign viewers, as `id:secret` with the secret in base64, the newest first; a second one after a comma is
 * still believed while keys rotate.
 */
export const signingKeys = z
  .string(required('id:base64-secret, at least 32 bytes; two with a comma between while rotating'))
  .transform((text, context) => {
    const keys = text.split(',').map((pair) => {
      const [id = '', secret = ''] = pair.trim().split(':');
      return { id, secret: Buffer.from(secret, 'base64') };
    });
    for (const { id, secret } of keys) {
      if (!/^[\w-]+$/.test(id)) context.addIssue('each key needs a name before a colon');
      else if (secret.length < MIN_SECRET_BYTES) context.addIssue(`the secret of key "${id}" is shorter than ${MIN_SECRET_BYTES} bytes`);
    }
    if (keys.length > 2) context.addIssue('holds more than two keys');
    return keys;
  });
