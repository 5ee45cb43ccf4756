import type { Complete } from '../../shared/schema/complete.js';
import type { UsageBucketResolvers, UsageSeriesResolvers, UserResolvers } from '../generated/graphql.js';
import { errorRate } from './usage.rules.js';
import type { UsageBucketRow, UsageSeriesRow } from './usage.store.js';

export const UsageSeries: Complete<UsageSeriesResolvers, UsageSeriesRow> = {
  modelVersion: ({ group, groupId }, _, { modelVersions }) => (group === 'modelVersionId' ? modelVersions.byIdOrThrow(groupId!) : null),
  deployment: ({ group, groupId }, _, { deployments }) => (group === 'deploymentId' ? deployments.byId(groupId) : null),
  user: ({ group, groupId }, _, { users }) => (group === 'userId' ? users.byIdOrThrow(groupId!) : null),
};

export const UsageBucket: Complete<UsageBucketResolvers, UsageBucketRow> = { errorRate };

export const User = { usage: ({ id }, args, { usage }) => usage.seriesOf('userId', id, args) } satisfies UserResolvers;
