/** The PostgreSQL server to test on; embedded databases where there is none. */
export const testPostgresUrl = (): string | undefined => process.env.TEST_POSTGRES_URL || undefined;
