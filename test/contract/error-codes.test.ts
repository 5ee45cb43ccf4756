import { readdirSync, readFileSync } from 'node:fs';
import { codeOfStatus, ERROR_CODES, errorCodeProperties } from '../../subgraphs/shared/errors/error-codes.js';

const ROOT = new URL('../../', import.meta.url);

/** The sources of the servers: path and text. */
const sources = ['gateway', 'subgraphs'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('generated/'))
    .map((path) => [`${folder}/${path}`, readFileSync(new URL(`${folder}/${path}`, ROOT), 'utf8')] as const),
);

/** A code as an argument of a function or class that makes errors for clients, or in `extensions`. */
const CODE =
  /(?:codedError|PeerError|Subgraph[A-Za-z]*Error)\(\s*(?:[^'"()]*,\s*)?'([A-Z_]+)'|extensions:\s*\{[^}]*?\bcode:\s*'([A-Z_]+)'/g;

const usedCodes = new Map(
  sources.flatMap(([path, text]) => [...text.matchAll(CODE)].map(([, argument, property]) => [argument ?? property!, path] as const)),
);

describe('the table of error codes', () => {
  it('has each code that the servers use', () => {
    expect(usedCodes.size).toBeGreaterThanOrEqual(8);
    expect([...usedCodes].filter(([code]) => !errorCodeProperties(code))).toEqual([]);
  });

  it('is the only place that lists codes', () => {
    const codes = new RegExp(`'(?:${Object.keys(ERROR_CODES).join('|')})'`, 'g');
    const listing = sources.filter(([path, text]) => path !== 'subgraphs/shared/errors/error-codes.ts' && distinct(text, codes) > 3);
    expect(listing.map(([path]) => path)).toEqual([]);
  });

  it('hides the message of a code that it does not have', () => {
    expect(errorCodeProperties('ECONNREFUSED')).toBeUndefined();
    expect(errorCodeProperties('constructor')).toBeUndefined();
    expect(errorCodeProperties(undefined)).toBeUndefined();
  });

  it.each([
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [405, 'BAD_REQUEST'],
    [408, 'TIMEOUT'],
    [409, 'CONFLICT'],
    [411, 'BAD_REQUEST'],
    [413, 'BAD_REQUEST'],
    [415, 'BAD_REQUEST'],
    [418, 'BAD_REQUEST'],
    [422, 'BAD_USER_INPUT'],
    [429, 'RATE_LIMITED'],
    [500, 'INTERNAL_SERVER_ERROR'],
    [502, 'INTERNAL_SERVER_ERROR'],
    [503, 'UNAVAILABLE'],
  ])('gives a refusal outside GraphQL with status %i the code %s', (status, code) => {
    expect(codeOfStatus(status)).toBe(code);
  });
});

const distinct = (text: string, pattern: RegExp): number => new Set(text.match(pattern)).size;
