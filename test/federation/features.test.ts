import { createFederationGateway } from '../kit/federation.js';
import { checkFeatures } from './check-features.js';

checkFeatures('ours', createFederationGateway);
