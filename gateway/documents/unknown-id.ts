import type { GraphQLError } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { quote } from '../../subgraphs/shared/errors/user-error.js';
import type { RequestedId } from './document-request.js';

/** Returns the error of a request for a document that is not stored. Clients of Apollo's protocol send the document then. */
export const notFound = ({ id, isAutomatic }: RequestedId): GraphQLError =>
  isAutomatic
    ? codedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound') // Clients compare the message.
    : codedError('PERSISTED_QUERY_NOT_IN_LIST', `No document has the id ${quote(id)}. Send the document in "query".`);

/** Returns the error of a request for a document that is not trusted, if no other is executed. */
export const notTrusted = ({ id }: RequestedId): GraphQLError =>
  codedError(
    'PERSISTED_QUERY_NOT_IN_LIST',
    `No trusted document has the id ${quote(id)}. Add it to TRUSTED_DOCUMENTS_FILE of the gateway.`,
  );
