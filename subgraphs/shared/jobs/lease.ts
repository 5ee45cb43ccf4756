import { DbNull } from '@prisma/client/runtime/client';
import type { Job } from './job.js';

/**
 * Returns the Prisma condition under which an attempt may change its row: the row still has the job's lease. If another worker
 * has claimed the row, or the job was canceled, the condition matches no row and the statement changes nothing.
 */
export const whereLeased = ({ id, leaseToken }: Pick<Job, 'id' | 'leaseToken'>) => ({ id, leaseToken });

/** The Prisma data of a row that no worker holds. Every update that ends a job includes it. */
export const NO_LEASE = { leaseToken: null, leasedUntil: null, askedBy: DbNull };
