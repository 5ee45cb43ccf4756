import { createApolloGateway } from '../kit/federation.js';
import { checkFeatures } from './check-features.js';

// Apollo's gateway returns the same results, which shows that the expected results of the cases are correct.
checkFeatures('stock', createApolloGateway);
