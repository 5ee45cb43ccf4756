import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { jsonKind } from '../../subgraphs/shared/input/json.js';
import { isObject, JsonNumber } from '../json.js';

/** The parts of a request that say which document it wants executed. */
export interface DocumentRequest {
  /** The text of the document. */
  query?: string;
  /** The id of a document: `documentId` of GraphQL over HTTP (appendix "Persisted Documents"), or `doc_id` of Relay. */
  documentId?: string;
  /** `persistedQuery` has the hash of a document (Apollo's protocol of automatic persisted queries). */
  extensions?: Record<string, unknown>;
}

/** The prefix of a `documentId` that is the SHA-256 of the document. */
const SHA256_PREFIX = 'sha256:';
const HEXADECIMAL = /^[0-9a-f]{64}$/i;

/** The ids by which a request names its document. */
export interface RequestedId {
  id: string;
  /** True if the id is the SHA-256 of the document. */
  isHash: boolean;
  /** True if the request follows Apollo's protocol: the client sends the document if the server does not know its hash. */
  isAutomatic: boolean;
}

/** Returns the id of the requested document; null if the request has none. Throws BAD_REQUEST for an invalid `persistedQuery`. */
export function requestedId({ documentId, extensions }: DocumentRequest): RequestedId | null {
  const hash = persistedQueryHash(extensions?.persistedQuery);
  if (hash !== undefined) return { id: lowerCaseHash(hash), isHash: true, isAutomatic: true };
  if (!documentId) return null;
  const isHash = documentId.startsWith(SHA256_PREFIX);
  return { id: lowerCaseHash(isHash ? documentId.slice(SHA256_PREFIX.length) : documentId), isHash, isAutomatic: false };
}

/** Digits of a hash have no case; ids of any other form keep theirs. */
const lowerCaseHash = (id: string): string => (HEXADECIMAL.test(id) ? id.toLowerCase() : id);

function persistedQueryHash(extension: unknown): string | undefined {
  if (extension == null) return undefined;
  if (!isObject(extension)) throw malformed('', `must be a JSON object with version and sha256Hash; got ${jsonKind(extension)}`);
  const { version, sha256Hash } = extension;
  if ((version instanceof JsonNumber ? version.valueOf() : version) !== 1)
    throw malformed('.version', `must be the number 1; got ${version === undefined ? 'nothing' : shown(version)}`);
  if (typeof sha256Hash !== 'string' || sha256Hash === '')
    throw malformed(
      '.sha256Hash',
      `must be the SHA-256 of the document in hexadecimal digits; got ${sha256Hash === undefined ? 'nothing' : jsonKind(sha256Hash)}`,
    );
  return sha256Hash;
}

const MAX_SHOWN = 40;
const shown = (value: unknown): string => JSON.stringify(value).slice(0, MAX_SHOWN);

const malformed = (member: string, problem: string) => codedError('BAD_REQUEST', `extensions.persistedQuery${member} ${problem}.`);

/** Returns the error of a request that has neither a document nor an id. */
export const missingDocument = () => codedError('BAD_REQUEST', 'query is missing. Send the GraphQL document in it.');
