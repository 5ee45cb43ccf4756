/** Returns the URL of the PostgreSQL server to test on; undefined for embedded databases. */
export const testPostgresUrl = (): string | undefined => process.env.TEST_POSTGRES_URL || undefined;

/** Returns the path of the browser that opens the explorer. */
export const chromiumPath = (): string => process.env.CHROMIUM || '/usr/bin/chromium';

/** Returns the URL of the Redis server to test on. Throws if `TEST_REDIS_URL` is not set. */
export function testRedisUrl(): URL {
  if (!process.env.TEST_REDIS_URL) throw new Error('TEST_REDIS_URL is not set: the Redis server to test on');
  return new URL(process.env.TEST_REDIS_URL);
}
