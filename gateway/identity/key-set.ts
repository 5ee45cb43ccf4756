import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Logger } from 'pino';

/** The age at which keys are loaded again, in milliseconds. The loaded keys are used until then and while loading fails. */
const MAX_AGE_MS = 600_000;
/** The shortest time between two attempts to load the keys for tokens whose key is unknown, in milliseconds. */
const COOLDOWN_MS = 30_000;
/** The shortest time between two attempts while no keys are loaded, in milliseconds. */
const RETRY_MS = 1_000;

/** Thrown when no keys could be loaded yet. */
export class KeysUnavailable extends Error {}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The public keys of the issuers of tokens (RFC 7517). Keys that were loaded stay usable when they cannot be loaded again. Tokens
 * with unknown keys cause at most one attempt in 30 seconds, whatever their number.
 */
export class KeySet {
  readonly #load: () => Promise<JSONWebKeySet>;
  readonly #logger: Logger;
  #keys: LocalKeySet | null = null;
  #loadedAt = -Infinity;
  #loading: Promise<void> | null = null;
  /** Limit the attempts to load the keys for each reason on its own, so that a new key is found at once, but only once. */
  readonly #first = new Cooldown(RETRY_MS);
  readonly #refresh = new Cooldown(COOLDOWN_MS);
  readonly #unknownKey = new Cooldown(COOLDOWN_MS);

  /** @param load reads the key set, for example from a URL. */
  constructor(load: () => Promise<JSONWebKeySet>, logger: Logger) {
    this.#load = load;
    this.#logger = logger;
  }

  /** Loads the keys. Resolves with false if they could not be loaded; they are then loaded with the first token. */
  async preload(): Promise<boolean> {
    await this.#reload(this.#first);
    return this.#keys !== null;
  }

  /**
   * Returns the key that signed a token. Throws KeysUnavailable if no keys could be loaded yet, and a JOSEError if no key or more
   * than one key may have signed it.
   */
  async keyOf(header: JWSHeaderParameters): Promise<CryptoKey> {
    if (!this.#keys) await this.#reload(this.#first);
    else if (performance.now() - this.#loadedAt > MAX_AGE_MS) void this.#reload(this.#refresh);
    const keys = this.#keys;
    if (!keys) throw new KeysUnavailable('The keys that verify tokens could not be loaded.');
    try {
      return await keys(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#reload(this.#unknownKey);
      if (this.#keys === keys) throw error;
      return this.#keys!(header);
    }
  }

  /** Loads the keys unless the last attempt was too recent. Callers at the same time share one attempt. */
  #reload(cooldown: Cooldown): Promise<void> {
    if (this.#loading) return this.#loading;
    if (!cooldown.start()) return Promise.resolve();
    this.#loading = this.#tryToLoad().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #tryToLoad(): Promise<void> {
    try {
      this.#keys = createLocalJWKSet(await this.#load());
      this.#loadedAt = performance.now();
    } catch (error) {
      this.#logger.warn({ err: error, hasKeys: this.#keys !== null }, 'the keys that verify tokens could not be loaded');
    }
  }
}

/** Allows one attempt per interval. */
class Cooldown {
  #startedAt = -Infinity;

  constructor(private readonly intervalMs: number) {}

  /** Returns true if the last attempt is longer ago than the interval, and begins a new one. */
  start(now = performance.now()): boolean {
    if (now - this.#startedAt < this.intervalMs) return false;
    this.#startedAt = now;
    return true;
  }
}
