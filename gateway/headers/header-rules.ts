import { z } from 'zod';
import { isHeaderValue, isReservedInRequests, isReservedInResponses } from './reserved-headers.js';

/** A name of a header field (RFC 9110, section 5.1). */
const FIELD_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

const oneOrMany = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema).min(1));

const headerName = (isReserved: (name: string) => boolean) =>
  z
    .string('must be the name of a header')
    .regex(FIELD_NAME, 'must be the name of a header')
    .transform((name) => name.toLowerCase())
    .refine((name) => !isReserved(name), 'names a header that belongs to one connection or to the gateway, and that no rule can set');

/** The name of a header that subgraph requests can have. */
export const requestHeaderName = headerName(isReservedInRequests);

const headerValue = z
  .union([z.string(), z.number(), z.boolean()], 'must be a text')
  .transform(String)
  .transform(toLatin1)
  .refine(isHeaderValue, 'must have no line breaks and no other control characters');

const pattern = z.string('must be a regular expression').transform((source, context) => {
  try {
    return new RegExp(source, 'i');
  } catch (error) {
    context.addIssue(`must be a regular expression: ${(error as Error).message}`);
    return z.NEVER;
  }
});

const selector = (isReserved: (name: string) => boolean) => ({
  named: oneOrMany(headerName(isReserved)).optional(),
  matching: oneOrMany(pattern).optional(),
  exclude: oneOrMany(pattern).optional(),
});
const NOTHING_SELECTED = 'must have named or matching';
const selects = ({ named, matching }: { named?: unknown; matching?: unknown }): boolean => Boolean(named ?? matching);

const propagateRequest = z
  .strictObject({ ...selector(isReservedInRequests), rename: headerName(isReservedInRequests).optional(), default: headerValue.optional() })
  .refine(selects, NOTHING_SELECTED)
  .refine(namesOne, 'can have rename and default only with one name in named and without matching');

const ALGORITHMS = ['first', 'last', 'append'] as const;
const propagateResponse = z
  .strictObject({
    ...selector(isReservedInResponses),
    rename: headerName(isReservedInResponses).optional(),
    default: headerValue.optional(),
    algorithm: z.enum(ALGORITHMS, { error: 'must be first, last or append' }).optional(),
  })
  .refine(selects, NOTHING_SELECTED)
  .refine(namesOne, 'can have rename and default only with one name in named and without matching')
  .refine(
    ({ named = [], algorithm = 'append' }) => algorithm === 'append' || !named.some((name) => ACCUMULATED.has(name)),
    'must have the algorithm append for set-cookie, www-authenticate and cache-control',
  );

/** The headers of which each value counts: they are never replaced by those of another response. */
const ACCUMULATED: ReadonlySet<string> = new Set(['set-cookie', 'www-authenticate', 'cache-control']);

const remove = z.strictObject(selector(() => false)).refine(selects, NOTHING_SELECTED);

const insertRequest = z
  .strictObject({
    name: headerName(isReservedInRequests),
    value: headerValue.optional(),
    claim: z.string('must be the name of a claim').min(1, 'must be the name of a claim').optional(),
  })
  .refine(({ value, claim }) => (value === undefined) !== (claim === undefined), 'must have either value or claim');
const insertResponse = z.strictObject({ name: headerName(isReservedInResponses), value: headerValue });

/** A list of rules, each an object with one key. */
function ruleList<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  const rule = z
    .strictObject(shape)
    .partial()
    .refine((value) => Object.keys(value).length === 1, `must have exactly one of ${keys.join(', ')}`);
  return z.array(rule, 'must be a list of rules').default([]);
}

const subgraphRules = z.strictObject({
  request: ruleList({ propagate: propagateRequest, insert: insertRequest, remove }),
  response: ruleList({ propagate: propagateResponse, insert: insertResponse, remove }),
});

/** The section `headers` of the configuration file, in the form of Apollo Router and Hive Router. */
export const headerRules = z.strictObject({
  all: subgraphRules.optional(),
  subgraphs: z.record(z.string(), subgraphRules).default({}),
});

/** The header rules for all subgraphs and for some of them. Names are in lower case. */
export type HeaderRules = z.infer<typeof headerRules>;
type SubgraphRules = z.infer<typeof subgraphRules>;
export type RequestRule = SubgraphRules['request'][number];
export type ResponseRule = SubgraphRules['response'][number];
/** The headers that a rule applies to. */
export type HeaderSelector = z.infer<typeof remove>;
export type MergeAlgorithm = (typeof ALGORITHMS)[number];

export const NO_HEADER_RULES: HeaderRules = { subgraphs: {} };

function namesOne({
  named,
  matching,
  rename,
  default: fallback,
}: {
  named?: string[];
  matching?: unknown;
  rename?: string;
  default?: string;
}) {
  return (rename === undefined && fallback === undefined) || (named?.length === 1 && matching === undefined);
}

/** Returns the bytes of a text in UTF-8 as Latin-1, in which HTTP writes headers. */
export function toLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
