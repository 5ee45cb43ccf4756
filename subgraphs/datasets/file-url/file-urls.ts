import { createHmac, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../../shared/server/http-error.js';
import type { SigningKey } from '../../shared/viewer/signature.js';

/** What a signed URL lets its holder do: send the bytes of an upload, or read those of a stored file. */
export type FilePurpose = 'uploads' | 'files';

/** The one thing that a signed URL is about. */
export interface FileReference {
  orgId: string;
  id: string;
}

/** How long a signed URL works. */
export const URL_LIFETIME_MS = 15 * 60 * 1000;

/** Makes and reads URLs that carry their own proof: who has one needs no credential, until it expires. */
export class FileUrls {
  readonly #keys: readonly Buffer[];
  readonly #origin: string;

  /** `publicUrl` is where clients reach the gateway; without it URLs are paths on its origin. */
  constructor(viewerKeys: readonly SigningKey[], publicUrl: string | null) {
    // Derived, so that a signature of one kind never passes for one of the other.
    this.#keys = viewerKeys.map(({ secret }) => createHmac('sha256', secret).update('signed file URLs').digest());
    this.#origin = publicUrl === null ? '' : new URL(publicUrl).origin;
  }

  sign(purpose: FilePurpose, { orgId, id }: FileReference, expiresAt: Date): string {
    const claims = `${orgId}.${id}.${expiresAt.getTime().toString(36)}`;
    return `${this.#origin}/${purpose}/${claims}.${seal(this.#keys[0]!, purpose, claims).toString('base64url')}`;
  }

  /** What the token of a URL is about. Throws HttpRefusal for one that was not signed here for this purpose, or expired. */
  verify(purpose: FilePurpose, token: string, now = Date.now()): FileReference {
    const end = token.lastIndexOf('.');
    const claims = token.slice(0, Math.max(end, 0));
    const given = Buffer.from(token.slice(end + 1), 'base64url');
    const isOurs = this.#keys.some((key) => {
      const expected = seal(key, purpose, claims);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!isOurs) throw new HttpError(403, 'This URL is not one that was given out.');
    const [orgId = '', id = '', expiry = ''] = claims.split('.');
    if (parseInt(expiry, 36) <= now) throw new HttpError(403, 'This URL has expired.');
    return { orgId, id };
  }
}

const seal = (key: Buffer, purpose: FilePurpose, claims: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}/${claims}`).digest();
