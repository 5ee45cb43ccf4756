/** The PostgreSQL server to test on; embedded databases where there is none. */
export const testPostgresUrl = (): string | undefined => process.env.TEST_POSTGRES_URL || undefined;

/** The browser that opens the explorer. */
export const chromiumPath = (): string => process.env.CHROMIUM || '/usr/bin/chromium';
