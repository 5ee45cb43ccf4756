import { Kind, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { operationKey, type ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import { DEFER_RULES } from '../guards/defer-rules.js';
import type { ManifestDocument } from './manifest.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';

/** The largest number of errors of one document that are listed. */
const MAX_ERRORS = 3;

/** The trusted documents that are valid for one schema. */
export class TrustedOperations {
  readonly #documents = new Map<string, DocumentNode>();
  readonly #byKey = new Map<string, ValidatedOperation>();
  /** The operations of all documents. */
  readonly all: readonly ValidatedOperation[];
  /** The errors of the documents that are not valid, by document. */
  readonly faults: readonly string[];

  constructor(manifest: Iterable<ManifestDocument>, schema: GraphQLSchema) {
    const faults: string[] = [];
    const all: ValidatedOperation[] = [];
    for (const { title, query, document } of manifest) {
      const errors = validationErrors(schema, document);
      for (const { message } of errors.slice(0, MAX_ERRORS)) faults.push(`${title}: ${message}`);
      if (errors.length > 0) continue;
      const queryHash = sha256Hex(query);
      this.#documents.set(queryHash, document);
      const operations = operationsOf(document).map((operation) => {
        const operationName = operation.name?.value ?? null;
        return { document, operation, operationName, queryHash, schema };
      });
      for (const operation of operations) this.#byKey.set(operationKey(query, operation.operationName), operation);
      if (operations.length === 1) this.#byKey.set(operationKey(query, null), operations[0]!);
      all.push(...operations);
    }
    this.all = all;
    this.faults = faults;
  }

  /** Returns the parsed document with a hash; undefined if it is not trusted or not valid. */
  document(queryHash: string): DocumentNode | undefined {
    return this.#documents.get(queryHash);
  }

  /** Returns an operation by the text of its document; undefined if it is not trusted or not valid. */
  find(query: string, operationName: string | null | undefined): ValidatedOperation | undefined {
    return this.#byKey.get(operationKey(query, operationName));
  }
}

const operationsOf = ({ definitions }: DocumentNode): OperationDefinitionNode[] =>
  definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);

function validationErrors(schema: GraphQLSchema, document: DocumentNode): readonly Error[] {
  try {
    return validate(schema, document, [...specifiedRules, ...DEFER_RULES], { maxErrors: MAX_ERRORS });
  } catch (error) {
    return [error as Error]; // Some rules of graphql-js throw an error.
  }
}
