import type { ColumnType } from '../../generated/graphql.js';
import { castText } from '../../table-copy/table-columns.js';

/** The SQL that ends a statement with an error because a cell does not have the type of its column. */
export const NOT_OF_TYPE = `error('cell not of type')`;
/** The SQL that ends a statement with an error because a cell is infinite. */
export const NOT_FINITE = `error('cell not finite')`;

/** The types from the narrowest to the widest. STRING represents every text. */
export const COLUMN_TYPES = ['BOOLEAN', 'INTEGER', 'FLOAT', 'DATETIME', 'STRING'] as const satisfies ColumnType[];

/** The texts that mean a missing cell in columns of numbers, dates and booleans. In a column of text they are values. */
const MISSING = `('NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None')`;

/** The numbers that a double represents without loss. Integers of more than 15 digits or with leading zeros would lose digits. */
const FLOAT = `'^[+-]?((0|[1-9]\\d*)?\\.\\d*|0|[1-9]\\d{0,14})([eE][+-]?\\d+)?$'`;
const DATETIME = `'^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d(:?\\d\\d)?)?)?$'`;

/** Returns the SQL for the text of a cell, or NULL if the text means a missing cell. */
export const nullIfMissing = (text: string): string => `CASE WHEN ${text} IN ${MISSING} THEN NULL ELSE ${text} END`;

/** Returns the SQL condition that a type represents a text without loss. It is never NULL. */
export function isOfType(type: ColumnType, text: string): string {
  switch (type) {
    case 'BOOLEAN':
      return `coalesce(lower(${text}) IN ('true', 'false'), false)`;
    case 'INTEGER':
      return `coalesce(TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text}, false)`;
    case 'FLOAT':
      return `coalesce(regexp_full_match(${text}, ${FLOAT}) AND isfinite(TRY_CAST(${text} AS DOUBLE)), false)`;
    case 'DATETIME':
      return `(coalesce(regexp_full_match(${text}, ${DATETIME}), false) AND ${castText('DATETIME', text)} IS NOT NULL)`;
    case 'STRING':
      return 'true';
  }
}

/** Returns the SQL that casts a text to a type, and ends the statement with an error if the text does not have the type. */
export const castOrFail = (type: ColumnType, text: string): string =>
  type === 'STRING'
    ? text
    : `CASE WHEN ${nullIfMissing(text)} IS NULL THEN NULL WHEN ${isOfType(type, text)} THEN ${castText(type, text)} ELSE ${NOT_OF_TYPE} END`;
