import { ours } from '../kit/federation.js';
import { checkFeatures } from './check-features.js';

checkFeatures('ours', ours);
