import { join, raw, type Sql } from '@prisma/client/runtime/client';

/** A table as a statement needs it: its name, and the columns that make a row of the Prisma model. */
export interface Table {
  readonly name: string;
  readonly isTenant: boolean;
  /** `"org_id" AS "orgId", ...` of the table called `row` in the statement. */
  readonly columns: Sql;
}

/** The column of a field: every schema maps `createdAt` to `created_at` (test/unit/schema-names.test.ts). */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const column = (field: string): Sql => raw(`row."${columnOf(field)}"`);

/** `fields` is the generated `Prisma.<Model>ScalarFieldEnum`; `without` names fields that pages do not read (big ones). */
export function tableOf(name: string, fields: Readonly<Record<string, string>>, without: readonly string[] = []): Table {
  const read = Object.keys(fields).filter((field) => !without.includes(field));
  return { name, isTenant: 'orgId' in fields, columns: join(read.map((field) => raw(`row."${columnOf(field)}" AS "${field}"`))) };
}
