import { createHmac, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../../shared/server/http-error.js';
import type { SigningKey } from '../../shared/viewer/signature.js';

/** The purpose of a signed URL: to send the bytes of an upload, or to read those of a stored file. */
export type FilePurpose = 'uploads' | 'files';

/** The upload or stored file that a signed URL refers to. */
export interface FileReference {
  orgId: string;
  id: string;
}

/** The time for which a signed URL is valid. */
export const URL_LIFETIME_MS = 15 * 60 * 1000;

/** Creates and verifies signed URLs. The holder of a URL needs no credential until it expires. */
export class FileUrls {
  readonly #keys: readonly Buffer[];
  readonly #origin: string;

  /** `publicUrl` is the URL of the gateway for clients. If it is null, signed URLs are paths on the gateway's origin. */
  constructor(viewerKeys: readonly SigningKey[], publicUrl: string | null) {
    // A derived key, so that a signature of a request is never valid for a URL, or vice versa.
    this.#keys = viewerKeys.map(({ secret }) => createHmac('sha256', secret).update('signed file URLs').digest());
    this.#origin = publicUrl === null ? '' : new URL(publicUrl).origin;
  }

  /** Returns a signed URL that is valid until `expiresAt`. */
  sign(purpose: FilePurpose, { orgId, id }: FileReference, expiresAt: Date): string {
    const claims = `${orgId}.${id}.${expiresAt.getTime().toString(36)}`;
    return `${this.#origin}/${purpose}/${claims}.${signatureOf(this.#keys[0]!, purpose, claims).toString('base64url')}`;
  }

  /** Returns the file that the token of a URL refers to. Throws HttpError 403 if it was not signed for this purpose or has expired. */
  verify(purpose: FilePurpose, token: string, now = Date.now()): FileReference {
    const end = token.lastIndexOf('.');
    const claims = token.slice(0, Math.max(end, 0));
    const given = Buffer.from(token.slice(end + 1), 'base64url');
    const isValid = this.#keys.some((key) => {
      const expected = signatureOf(key, purpose, claims);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!isValid) throw new HttpError(403, 'The signature of this URL is not valid. Request a new URL.');
    const [orgId = '', id = '', expiry = ''] = claims.split('.');
    if (parseInt(expiry, 36) <= now) throw new HttpError(403, 'This URL has expired. Request a new URL.');
    return { orgId, id };
  }
}

const signatureOf = (key: Buffer, purpose: FilePurpose, claims: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}/${claims}`).digest();
