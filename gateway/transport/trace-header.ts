/** The request header that asks a subgraph for a trace of its resolvers, which it returns in `extensions.ftv1`. */
export const TRACE_HEADER = { 'apollo-federation-include-trace': 'ftv1' };
