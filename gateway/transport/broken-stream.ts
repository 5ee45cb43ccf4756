import { SubgraphFault } from './subgraph-fault.js';

/** A stream of a subgraph broke off. To come back may help, which it does not with any other fault. */
export class BrokenStream extends SubgraphFault {}
