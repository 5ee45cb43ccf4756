/** Returns the URL of the PostgreSQL server to test on; undefined for embedded databases. */
export const testPostgresUrl = (): string | undefined => process.env.TEST_POSTGRES_URL || undefined;

/** Returns the path of the browser that opens the explorer. */
export const chromiumPath = (): string => process.env.CHROMIUM || '/usr/bin/chromium';
