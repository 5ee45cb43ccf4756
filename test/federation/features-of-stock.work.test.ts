import { createApolloGateway } from '../kit/federation.js';
import { checkFeatures } from './check-features.js';

// That Apollo's own gateway answers the cases as we do shows that they ask for what they should.
checkFeatures('stock', createApolloGateway);
