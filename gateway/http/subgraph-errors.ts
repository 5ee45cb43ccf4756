import type { GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import { maskError } from '../../subgraphs/shared/errors/mask-error.js';
import { INTERNAL_EXTENSIONS, type SubgraphGraphQLError } from '../execution/fetch/subgraph-graphql-error.js';
import { isSerializable } from '../json.js';

const extensionKey = z
  .string('must be the name of an extension')
  .refine((name) => !INTERNAL_EXTENSIONS.includes(name), `names an extension that no client gets: ${INTERNAL_EXTENSIONS.join(', ')}`);
const inclusion = z.union(
  [z.enum(['masked', 'passed']), z.strictObject({ message: z.boolean().default(false), extensions: z.array(extensionKey).default([]) })],
  'must be masked, passed, or an object with message (true or false) and extensions (a list of names)',
);

/** The section `errors` of the configuration file. */
export const subgraphErrorRules = z.strictObject({
  all: inclusion.default('masked'),
  subgraphs: z.record(z.string(), inclusion).default({}),
});

/** The parts of subgraphs' errors that clients see, for all subgraphs and for some of them. */
export type SubgraphErrorRules = z.infer<typeof subgraphErrorRules>;

export const MASK_ERRORS: SubgraphErrorRules = { all: 'masked', subgraphs: {} };

/** Returns the error of a subgraph as clients may see it. The rules of the subgraph replace those of all. */
export function includeError(
  { all, subgraphs }: SubgraphErrorRules,
  error: SubgraphGraphQLError,
  requestId: string | undefined,
): GraphQLFormattedError {
  const rule = Object.hasOwn(subgraphs, error.subgraph) ? subgraphs[error.subgraph]! : all;
  const masked = maskError(error, requestId);
  if (rule === 'masked') return masked;
  const isWhole = rule === 'passed';
  const { code, serviceName: _serviceName, ...others } = error.extensions; // The name of a subgraph is for usage reports alone.
  const passed = Object.entries(others).filter(([name, value]) => (isWhole || rule.extensions.includes(name)) && isSerializable(value));
  if (!isWhole && !rule.message) return { ...masked, extensions: { ...masked.extensions, ...Object.fromEntries(passed) } };
  return {
    ...masked,
    message: error.message,
    extensions: { code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR', ...Object.fromEntries(passed) },
  };
}
