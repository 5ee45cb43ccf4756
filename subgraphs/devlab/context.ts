import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { DiscoveryToolStore } from './discovery-tool/discovery-tool.store.js';
import { ExecutionStore } from './execution/execution.store.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';
import { IndustryStore } from './industry/industry.store.js';
import { ProjectFileStore } from './project-file/project-file.store.js';
import { ProjectStore } from './project/project.store.js';
import { UseCaseCategoryStore } from './use-case-category/use-case-category.store.js';
import { UseCaseStore } from './use-case/use-case.store.js';

/** The stores of one request. Their loaders cache the rows that this request has read. */
export interface DevlabContext {
  projects: ProjectStore;
  projectFiles: ProjectFileStore;
  executions: ExecutionStore;
  industries: IndustryStore;
  useCaseCategories: UseCaseCategoryStore;
  useCases: UseCaseStore;
  discoveryTools: DiscoveryToolStore;
}

export function createContext(client: PrismaClient, viewer: Viewer | null): DevlabContext {
  const scope = new Scope(client, Prisma, viewer);
  const projects = new ProjectStore(scope);
  const projectFiles = new ProjectFileStore(scope);
  const executions = new ExecutionStore(scope);
  const industries = new IndustryStore(scope);
  const useCaseCategories = new UseCaseCategoryStore(scope);
  const useCases = new UseCaseStore(scope);
  const discoveryTools = new DiscoveryToolStore(scope);
  return { projects, projectFiles, executions, industries, useCaseCategories, useCases, discoveryTools };
}
