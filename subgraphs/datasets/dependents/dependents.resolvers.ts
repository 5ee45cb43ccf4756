import type { Complete } from '../../shared/schema/complete.js';
import type { DependentsResolvers } from '../generated/graphql.js';
import type { DependentsRow } from './dependents.store.js';

export const Dependents: Complete<DependentsResolvers, DependentsRow> = {};
