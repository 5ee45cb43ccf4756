import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { ApiKeyResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import { isApiKeyActive } from '../identity/api-key-active.js';
import type { ApiKeyRow, IssuedApiKey } from './api-key.store.js';

export const Query = {
  apiKey: (_, { id }, { apiKeys }) => apiKeys.byId(parseId(id)),
  apiKeys: (_, args, { apiKeys }) => apiKeys.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  apiKeyCreate: (_, { input }, { apiKeys }) => issuedPayload(apiKeys.create(input)),
  apiKeyUpdate: (_, { input }, { apiKeys }) => mutationPayload('apiKey', apiKeys.update(input)),
  apiKeyRotate: (_, { input }, { apiKeys }) => issuedPayload(apiKeys.rotate(input)),
  apiKeyRevoke: (_, { input }, { apiKeys }) => mutationPayload('apiKey', apiKeys.revoke(input.id)),
} satisfies MutationResolvers;

export const ApiKey: Complete<ApiKeyResolvers, ApiKeyRow> = {
  __resolveReference: ({ id }, { apiKeys }) => apiKeys.byId(id),
  isActive: (apiKey) => isApiKeyActive(apiKey, new Date()),
  user: ({ userId }, _, { users }) => users.byIdOrThrow(userId),
};

/** Returns the payload of a mutation that returns a token together with the key. */
async function issuedPayload(work: Promise<IssuedApiKey>) {
  const { issued, userErrors } = await mutationPayload('issued', work);
  return { apiKey: issued?.apiKey ?? null, token: issued?.token ?? null, userErrors };
}
