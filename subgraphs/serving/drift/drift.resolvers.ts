import type { Complete } from '../../shared/schema/complete.js';
import type { DriftReportResolvers } from '../generated/graphql.js';
import type { DriftReportRow } from './drift.store.js';

export const DriftReport: Complete<DriftReportResolvers, DriftReportRow> = {
  dataset: ({ datasetId }) => ({ id: datasetId }),
};
