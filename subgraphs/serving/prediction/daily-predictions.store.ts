import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { Table } from '../../shared/tenancy/table.js';
import type { DailyPredictions } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { DayRange } from './prediction.rules.js';

type UserDays = DayRange & { userId: string };
type UserDayCount = DailyPredictions & { userId: string };

const windowKey = ({ days, timeZone }: UserDays): string => `${days} ${timeZone}`;

/** Counts the predictions of users by day. All users of a request with the same days are read in one statement. */
export class DailyPredictionsStore {
  readonly #loader: DataLoader<UserDays, UserDayCount[], string>;

  constructor(scope: Scope<PrismaClient>, table: Table) {
    const read = (users: UserDays[]) =>
      scope.query<UserDayCount>(table, (rows) =>
        statement(
          rows,
          users[0]!,
          users.map((user) => user.userId),
        ),
      );
    this.#loader = new DataLoader(
      async (keys) => {
        const windows = [...groupBy(keys, windowKey).values()];
        const entries = await Promise.all(
          windows.map(async (users) => [windowKey(users[0]!), groupBy(await read(users), (day) => day.userId)] as const),
        );
        const byWindow = new Map(entries);
        return keys.map((user) => byWindow.get(windowKey(user))!.get(user.userId)!);
      },
      { cacheKeyFn: (user) => `${user.userId} ${windowKey(user)}` },
    );
  }

  ofUser(userId: string, days: DayRange): Promise<UserDayCount[]> {
    return this.#loader.load({ ...days, userId: userId.toLowerCase() });
  }
}

/** Builds the statement. The bounds of a day are timestamps, so that an index finds its rows, even if the day has 23 or 25 hours. */
function statement(rows: Sql, { days, timeZone }: UserDays, userIds: string[]): Sql {
  return sql`
    SELECT requested.id AS "userId", to_char(day.date, 'YYYY-MM-DD') AS date, count(row.id)::int AS count,
           (count(row.id) FILTER (WHERE row.status = 'FAILED'))::int AS "failedCount", avg(row.latency_ms)::float8 AS "averageLatencyMs"
    FROM unnest(${userIds}::uuid[]) AS requested(id)
    CROSS JOIN (SELECT (now() AT TIME ZONE ${timeZone}::text)::date - ago AS date FROM generate_series(0, ${days}::int - 1) AS ago) AS day
    LEFT JOIN ${rows} AS row ON row.user_id = requested.id
      AND row.created_at >= day.date::timestamp AT TIME ZONE ${timeZone}::text
      AND row.created_at < (day.date + 1)::timestamp AT TIME ZONE ${timeZone}::text
    GROUP BY requested.id, day.date
    ORDER BY day.date DESC`;
}
