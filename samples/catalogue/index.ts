/**
 * The catalogue of applications of machine learning in nine industries. The endpoints of dynamic use cases are placeholders at
 * example.com; an installation that serves the use cases replaces them.
 */
import { eCommerce } from './e-commerce.js';
import { entertainment } from './entertainment.js';
import type { UseCaseEntry } from './entry.js';
import { fintech } from './fintech.js';
import { healthcare } from './healthcare.js';
import { hospitality } from './hospitality.js';
import { manufacturing } from './manufacturing.js';
import { realEstate } from './real-estate.js';
import { retail } from './retail.js';
import { travel } from './travel.js';

export { discoveryTools } from './discovery-tools.js';
export { industries } from './industries.js';
export { useCaseCategories } from './use-case-categories.js';

export const useCases: UseCaseEntry[] = [
  ...eCommerce,
  ...fintech,
  ...retail,
  ...healthcare,
  ...travel,
  ...hospitality,
  ...entertainment,
  ...manufacturing,
  ...realEstate,
];
