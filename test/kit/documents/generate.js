// Writes the types of the documents in tests into generated/, a file for each schema (npm run generate).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { plugin as schemaTypes } from '@graphql-codegen/typescript';
import { plugin as operationTypes } from '@graphql-codegen/typescript-operations';
import { buildSchema, GraphQLError, Kind, parse, validate } from 'graphql';
import { documentsIn, SCHEMAS } from './documents-in.js';

const OUTPUT = 'test/kit/documents/generated';
const CONFIG = {
  // Without null: a test that reads a field expects it to be there.
  maybeValue: 'T',
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
  scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', SafeInt: 'number', _Any: 'unknown' },
  enumsAsTypes: true,
  skipTypename: true,
};

/** Returns the schema of a subgraph, or the gateway's own for `api`. */
function schemaOf(name) {
  if (name === 'api') return buildSchema(readFileSync('gateway/api.graphql', 'utf8'));
  const sdl = ['subgraphs/shared/schema', `subgraphs/${name}`].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  return buildSubgraphSchema({ typeDefs: parse(sdl.join('\n')) });
}

/** Parses a document and names its operation, so that names need not be unique. Throws if it is invalid. */
function parseDocument({ source, file }, name, schema) {
  const document = parse(source);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new GraphQLError(`${file}: ${errors.map(String).join('\n')}`);
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, name: { kind: Kind.NAME, value: name } } : definition,
  );
  return { ...document, definitions };
}

/** Writes the types of every document that the test files pass to `graphql`. */
export async function generateDocumentTypes(files) {
  mkdirSync(OUTPUT, { recursive: true });
  const found = documentsIn(files);
  for (const name of SCHEMAS) {
    const schema = schemaOf(name);
    const entries = [];
    const documents = [];
    for (const [source, file] of found.get(name) ?? []) {
      const type = `Document${documents.length}`;
      const document = parseDocument({ source, file }, type, schema);
      const { operation } = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      const result = type + operation[0].toUpperCase() + operation.slice(1);
      documents.push({ location: file, document });
      entries.push(`  ${JSON.stringify(source)}: TypedDocument<${result}, ${result}Variables>;`);
    }
    const inputs = await schemaTypes(schema, documents, CONFIG, {});
    const results = await operationTypes(schema, documents, CONFIG, {});
    const parts = [
      "import type { TypedDocument } from '../typed-document.js';",
      ...new Set([...inputs.prepend, ...results.prepend]),
      inputs.content,
      results.content,
      `export interface Documents {\n${entries.join('\n')}\n}\n`,
    ];
    writeFileSync(`${OUTPUT}/${name}.ts`, parts.join('\n'));
  }
}
