import { join, raw, type Sql } from '@prisma/client/runtime/client';

/** A table in a hand-written statement: its name, and the columns of its Prisma model. */
export interface Table {
  readonly name: string;
  readonly isTenant: boolean;
  /** `row."org_id" AS "orgId", ...`: the statement uses the table alias `row`. */
  readonly columns: Sql;
}

/** Returns the column of a field. Every Prisma schema maps `createdAt` to `created_at` (test/unit/schema-names.test.ts). */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const column = (field: string): Sql => raw(`row."${columnOf(field)}"`);

/** Describes a table. `fields` is the generated `Prisma.<Model>ScalarFieldEnum`; `without` names large fields that pages do not read. */
export function tableOf(name: string, fields: Readonly<Record<string, string>>, without: readonly string[] = []): Table {
  const read = Object.keys(fields).filter((field) => !without.includes(field));
  return { name, isTenant: 'orgId' in fields, columns: join(read.map((field) => raw(`row."${columnOf(field)}" AS "${field}"`))) };
}
