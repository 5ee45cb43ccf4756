/**
 * The default of `GATEWAY_MAX_RESPONSE_BYTES`: the largest response of a subgraph and the largest event of a subscription, in bytes.
 * The subgraphs read the variable too, so that they send nothing that the gateway refuses.
 */
export const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
