import { COST_HEADER } from '../identity/report-cost.js';
import { RATE_LIMIT_HEADERS } from '../rate-limits/headers.js';

/** The origin of Apollo Studio, whose explorer runs in the user's browser. */
export const STUDIO_ORIGIN = 'https://studio.apollographql.com';

/** The response headers that pages of other origins may read, besides the few that the Fetch standard always permits. */
export const EXPOSED_HEADERS = [COST_HEADER, ...RATE_LIMIT_HEADERS, 'X-Request-Id', 'Traceparent'];
