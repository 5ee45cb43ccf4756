import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, ProjectFileResolvers, QueryResolvers } from '../generated/graphql.js';
import { nameOf } from './project-file.rules.js';
import type { ProjectFileRow } from './project-file.store.js';

export const Query = {
  projectFile: (_, { id }, { projectFiles }) => projectFiles.byId(parseId(id)),
} satisfies QueryResolvers;

export const Mutation = {
  projectFileCreate: (_, { input }, { projectFiles }) => mutationPayload('projectFile', projectFiles.create(input)),
  projectFileSave: (_, { input }, { projectFiles }) => mutationPayload('projectFile', projectFiles.save(input)),
  projectFileDelete: (_, { input }, { projectFiles }) => mutationPayload('deletedId', projectFiles.delete(input.id)),
} satisfies MutationResolvers;

export const ProjectFile: Complete<ProjectFileResolvers, ProjectFileRow> = {
  __resolveReference: ({ id }, { projectFiles }) => projectFiles.byId(id),
  project: ({ projectId }, _, { projects }) => projects.byIdOrThrow(projectId),
  name: ({ path }) => nameOf(path),
  content: ({ id }, _, { projectFiles }) => projectFiles.contentOf(id),
};
