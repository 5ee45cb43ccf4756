import type { CompleteResolvers } from '../shared/schema/complete.js';
import * as discoveryTool from './discovery-tool/discovery-tool.resolvers.js';
import * as execution from './execution/execution.resolvers.js';
import type { Resolvers, ResolversParentTypes } from './generated/graphql.js';
import * as industry from './industry/industry.resolvers.js';
import * as projectFile from './project-file/project-file.resolvers.js';
import * as project from './project/project.resolvers.js';
import * as trainingRun from './training-run/training-run.resolvers.js';
import * as useCaseCategory from './use-case-category/use-case-category.resolvers.js';
import * as useCase from './use-case/use-case.resolvers.js';
import * as user from './user/user.resolvers.js';

export const resolvers: CompleteResolvers<Resolvers, ResolversParentTypes> = {
  Query: {
    ...project.Query,
    ...projectFile.Query,
    ...execution.Query,
    ...industry.Query,
    ...useCaseCategory.Query,
    ...useCase.Query,
    ...discoveryTool.Query,
  },
  Mutation: {
    ...project.Mutation,
    ...projectFile.Mutation,
    ...execution.Mutation,
    ...industry.Mutation,
    ...useCaseCategory.Mutation,
    ...useCase.Mutation,
    ...discoveryTool.Mutation,
  },
  Project: project.Project,
  ProjectFile: projectFile.ProjectFile,
  Execution: execution.Execution,
  Industry: industry.Industry,
  UseCaseCategory: useCaseCategory.UseCaseCategory,
  UseCase: useCase.UseCase,
  DiscoveryTool: discoveryTool.DiscoveryTool,
  User: user.User,
  TrainingRun: trainingRun.TrainingRun,
};
