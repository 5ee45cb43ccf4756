import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { UsageGroup } from '../generated/graphql.js';
import { usageWindow, type UsageArguments } from './usage.rules.js';
import { usageStatement, type UsageQuestion, type UsageRow } from './usage.statement.js';

export type UsageBucketRow = Omit<UsageRow, 'id' | 'groupId' | 'bucket'>;

/** Predictions counted over time, and whose they are where they are told apart. */
export interface UsageSeriesRow {
  group: UsageQuestion['group'];
  groupId: string | null;
  total: UsageBucketRow;
  buckets: UsageBucketRow[];
}

type Asked = UsageQuestion & { id: string };

const GROUPS: Readonly<Record<UsageGroup, NonNullable<UsageQuestion['group']>>> = {
  MODEL_VERSION: 'modelVersionId',
  DEPLOYMENT: 'deploymentId',
  USER: 'userId',
};

const table = tableOf('predictions', Prisma.PredictionScalarFieldEnum);

const question = ({ field, group, window }: UsageQuestion): string => JSON.stringify([field, group, window]);

/** Counts predictions over time. However many versions, deployments or users are asked about, the same time costs one statement. */
export class UsageStore {
  readonly #loader: DataLoader<Asked, UsageSeriesRow[], string>;
  /** The same for all fields of a request, so that they are counted together. */
  readonly #now = new Date();

  constructor(scope: Scope<PrismaClient>) {
    const read = async (asked: Asked[]) => {
      const ids = asked.map(({ id }) => id);
      const rows = await scope.query<UsageRow>(table, (from) => usageStatement(from, asked[0]!, ids));
      return new Map([...groupBy(rows, (row) => row.id)].map(([id, own]) => [id, seriesOf(own, asked[0]!.group)]));
    };
    this.#loader = new DataLoader(
      async (asked) => {
        const groups = [...groupBy(asked, question).values()];
        const found = new Map(await Promise.all(groups.map(async (group) => [question(group[0]!), await read(group)] as const)));
        return asked.map((one) => found.get(question(one))!.get(one.id) ?? []);
      },
      { cacheKeyFn: (one) => `${one.id} ${question(one)}` },
    );
  }

  /** Of all rows whose field is the id: one series, or one for each group, the most used first. */
  async of(field: UsageQuestion['field'], id: string, args: UsageArguments & { groupBy?: UsageGroup | null }): Promise<UsageSeriesRow[]> {
    const group = args.groupBy == null ? null : GROUPS[args.groupBy];
    return this.#loader.load({ field, group, window: usageWindow(args, this.#now), id: id.toLowerCase() });
  }

  /** The same without groups: there is always one series. */
  async one(field: UsageQuestion['field'], id: string, args: UsageArguments): Promise<UsageSeriesRow> {
    const [series] = await this.of(field, id, args);
    return series!;
  }
}

function seriesOf(rows: readonly UsageRow[], group: UsageQuestion['group']): UsageSeriesRow[] {
  const series = [...groupBy(rows, (row) => row.groupId)].map(([groupId, [total, ...buckets]]) => ({
    group,
    groupId,
    total: total!,
    buckets,
  }));
  return series.sort((a, b) => b.total.count - a.total.count);
}
