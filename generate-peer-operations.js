// Writes the operations that a subgraph sends to a peer, with their types, for `npm run generate`.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { plugin as inputTypes } from '@graphql-codegen/typescript';
import { plugin as resultTypes } from '@graphql-codegen/typescript-operations';
import { GraphQLError, Kind, parse, print, separateOperations, validate } from 'graphql';

const CONFIG = {
  // As JSON carries them.
  scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', SafeInt: 'number', _Any: '{ __typename: string; id: string }' },
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
  enumsAsTypes: true,
  skipTypename: true,
  onlyOperationTypes: true,
};

/**
 * Writes `output`: for each operation in the files `operations` its text and the types of its result and variables.
 * `sdl` are the files of the peer's own schema. Throws GraphQLError if an operation is not valid by that schema.
 */
export async function generatePeerOperations({ sdl, operations, output }) {
  const schema = buildSubgraphSchema(sdl.map((file) => ({ typeDefs: parse(readFileSync(file, 'utf8')) })));
  const documents = operations.map((location) => ({ location, document: parse(readFileSync(location, 'utf8')) }));
  for (const { location, document } of documents) {
    const errors = validate(schema, document);
    if (errors.length > 0) throw new GraphQLError(`${location}: ${errors.map(String).join('\n')}`);
  }
  const inputs = await inputTypes(schema, documents, CONFIG, {});
  const results = await resultTypes(schema, documents, CONFIG, {});
  const parts = [
    "import type { PeerOperation } from '../../shared/peers/peer-operation.js';",
    ...new Set([...inputs.prepend, ...results.prepend]),
    inputs.content,
    results.content,
    ...documents.flatMap(({ document }) => constantsOf(document)),
  ];
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, `${parts.join('\n')}\n`);
}

/** Returns a constant for each operation of a document, which is its text with the fragments that it spreads. */
function constantsOf(document) {
  return Object.values(separateOperations(document)).map((part) => {
    const { name, operation } = part.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const type = name.value + operation[0].toUpperCase() + operation.slice(1);
    return `export const ${name.value}Document = ${JSON.stringify(print(part))} as PeerOperation<${type}, ${type}Variables>;`;
  });
}
