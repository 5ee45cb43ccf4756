import type { ColumnType } from '../../generated/graphql.js';
import { castText } from '../../table-copy/table-columns.js';

/** Ends a statement that meets a cell which is not of its column's type. */
export const NOT_OF_TYPE = `error('cell not of type')`;
/** Ends a statement that meets infinity. */
export const NOT_FINITE = `error('cell not finite')`;

/** From the narrowest to the widest; STRING holds what none of them does. */
export const TYPES = ['BOOLEAN', 'INTEGER', 'FLOAT', 'DATETIME', 'STRING'] as const satisfies ColumnType[];

/** What stands for a missing cell where the other cells are numbers, dates or booleans. In a column of text it is text. */
const MISSING = `('NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None')`;

/** Whole numbers beyond fifteen digits, or with leading zeros, would lose some of them. */
const FLOAT = `'^[+-]?((0|[1-9]\\d*)?\\.\\d*|0|[1-9]\\d{0,14})([eE][+-]?\\d+)?$'`;
const MOMENT = `'^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d(:?\\d\\d)?)?)?$'`;

/** The text of a cell, null where it stands for a missing one. */
export const nullIfMissing = (text: string): string => `CASE WHEN ${text} IN ${MISSING} THEN NULL ELSE ${text} END`;

/** True (never null) where the type holds a text without loss. */
export function isOfType(type: ColumnType, text: string): string {
  switch (type) {
    case 'BOOLEAN':
      return `coalesce(lower(${text}) IN ('true', 'false'), false)`;
    case 'INTEGER':
      return `coalesce(TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text}, false)`;
    case 'FLOAT':
      return `coalesce(regexp_full_match(${text}, ${FLOAT}) AND isfinite(TRY_CAST(${text} AS DOUBLE)), false)`;
    case 'DATETIME':
      return `(coalesce(regexp_full_match(${text}, ${MOMENT}), false) AND ${castText('DATETIME', text)} IS NOT NULL)`;
    case 'STRING':
      return 'true';
  }
}

/** A text as a value of the type; ends the statement where it is none. */
export const castOrFail = (type: ColumnType, text: string): string =>
  type === 'STRING'
    ? text
    : `CASE WHEN ${nullIfMissing(text)} IS NULL THEN NULL WHEN ${isOfType(type, text)} THEN ${castText(type, text)} ELSE ${NOT_OF_TYPE} END`;
