import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, ProjectResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ProjectRow } from './project.store.js';

export const Query = {
  project: (_, { id }, { projects }) => projects.byId(parseId(id)),
  projects: (_, args, { projects }) => projects.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  projectCreate: (_, { input }, { projects }) => mutationPayload('project', projects.create(input)),
  projectUpdate: (_, { input }, { projects }) => mutationPayload('project', projects.update(input)),
  projectDelete: (_, { input }, { projects }) => mutationPayload('deleted', projects.delete(input.id)),
} satisfies MutationResolvers;

export const Project: Complete<ProjectResolvers, ProjectRow> = {
  __resolveReference: ({ id }, { projects }) => projects.byId(id),
  owner: ({ ownerId }) => ({ id: ownerId }),
  fileCount: ({ id }, _, { projectFiles }) => projectFiles.countOf(id),
  file: ({ id }, { path }, { projectFiles }) => projectFiles.atPath(id, path),
  files: ({ id }, args, { projectFiles }) => projectFiles.ofProject(id, args),
  executions: ({ id }, args, { executions }) => executions.ofProject(id, args),
};
