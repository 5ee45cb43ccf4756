import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What every token of this platform begins with, so that scanners of leaked secrets know it. */
const PREFIX = 'mlp_live_';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);
/** The largest multiple of 62 in a byte: bytes from here on are thrown away, or the first characters would come more often. */
const FAIR_BYTES = 256 - (256 % BASE62.length);

/** A token, and what is kept of it. */
export interface IssuedToken {
  token: string;
  tokenHash: Uint8Array<ArrayBuffer>;
  prefix: string;
  lastFour: string;
}

/** Makes the tokens of API keys, and their digests: the only thing that is kept of them. */
export class ApiKeyTokens {
  readonly #pepper: Buffer;

  constructor(pepper: Buffer) {
    this.#pepper = pepper;
  }

  /** `mlp_live_`, 30 random characters, and 6 that tell a mistyped token from a wrong one without a query. */
  issue(): IssuedToken {
    const body = PREFIX + randomBase62(SECRET_LENGTH);
    const token = body + checksum(body);
    return { token, tokenHash: this.#digest(token), prefix: PREFIX, lastFour: token.slice(-4) };
  }

  /** What a token is found by; null for a text that cannot be one. */
  digest(token: unknown): Uint8Array<ArrayBuffer> | null {
    return isToken(token) ? this.#digest(token) : null;
  }

  #digest(token: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(createHmac('sha256', this.#pepper).update(token).digest());
  }
}

/** True for a text of the right form with the right checksum. */
export const isToken = (text: unknown): text is string =>
  typeof text === 'string' && FORM.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < FAIR_BYTES && text.length < length) text += BASE62[byte % BASE62.length];
  }
  return text;
}

/** CRC-32 in base 62: 62^6 is more than 2^32, so six characters hold every one. */
function checksum(text: string): string {
  let digits = '';
  for (let rest = crc32(text); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / BASE62.length))
    digits = BASE62[rest % BASE62.length] + digits;
  return digits;
}
