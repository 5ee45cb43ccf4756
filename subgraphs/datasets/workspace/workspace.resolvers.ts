import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, QueryResolvers, WorkspaceResolvers } from '../generated/graphql.js';
import type { WorkspaceRow } from './workspace.store.js';

export const Query = {
  workspace: (_, { id }, { workspaces }) => workspaces.byId(parseId(id)),
  workspaces: (_, args, { workspaces }) => workspaces.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  workspaceCreate: (_, { input }, { workspaces }) => mutationPayload('workspace', workspaces.create(input)),
  workspaceSave: (_, { input }, { workspaces }) => mutationPayload('workspace', workspaces.save(input)),
  workspaceDelete: (_, { input }, { workspaces }) => mutationPayload('deletedId', workspaces.delete(input.id)),
} satisfies MutationResolvers;

export const Workspace: Complete<WorkspaceResolvers, WorkspaceRow> = {
  __resolveReference: ({ id }, { workspaces }) => workspaces.byId(id),
  dataset: ({ datasetId }, _, { datasets }) => datasets.byIdOrThrow(datasetId),
  analysisData: async ({ id }, _, { workspaces }) => (await workspaces.contentOf(id)).analysisData,
  chatHistory: async ({ id }, _, { workspaces }) => (await workspaces.contentOf(id)).chatHistory,
};
