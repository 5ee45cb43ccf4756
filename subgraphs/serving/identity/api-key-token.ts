import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The prefix of every token, by which secret scanners recognize a leaked one. */
const PREFIX = 'mlp_live_';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const TOKEN_PATTERN = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);
/** The largest multiple of 62 that fits in a byte. Larger bytes are discarded; otherwise the first characters would be more likely. */
const UNBIASED_BYTE_LIMIT = 256 - (256 % BASE62.length);

/** A new token with the columns of its row. Only the row is stored. */
export interface IssuedToken {
  token: string;
  tokenHash: Uint8Array<ArrayBuffer>;
  prefix: string;
  lastFour: string;
}

/** Issues the tokens of API keys and computes their digests. */
export class ApiKeyTokens {
  readonly #pepper: Buffer;

  constructor(pepper: Buffer) {
    this.#pepper = pepper;
  }

  /** Issues a token: `mlp_live_`, 30 random characters, and 6 checksum characters, by which a mistyped token is rejected without a query. */
  issue(): IssuedToken {
    const body = PREFIX + randomBase62(SECRET_LENGTH);
    const token = body + checksum(body);
    return { token, tokenHash: this.#digest(token), prefix: PREFIX, lastFour: token.slice(-4) };
  }

  /** Returns the HMAC-SHA-256 digest by which a token is looked up, or null if the value is not a token. */
  digest(token: unknown): Uint8Array<ArrayBuffer> | null {
    return isApiKeyToken(token) ? this.#digest(token) : null;
  }

  #digest(token: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(createHmac('sha256', this.#pepper).update(token).digest());
  }
}

/** True for a string that has the form of a token and a correct checksum. */
export const isApiKeyToken = (text: unknown): text is string =>
  typeof text === 'string' && TOKEN_PATTERN.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < UNBIASED_BYTE_LIMIT && text.length < length) text += BASE62[byte % BASE62.length];
  }
  return text;
}

/** Encodes the CRC-32 in base 62. Six characters hold every value, because 62^6 > 2^32. */
function checksum(text: string): string {
  let digits = '';
  for (let rest = crc32(text); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / BASE62.length))
    digits = BASE62[rest % BASE62.length] + digits;
  return digits;
}
