/** Sends an operation with an API key. Returns the response, the cost of the operation and the time in milliseconds. */
export async function send(url, key, query, variables) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const began = performance.now();
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const text = await response.text();
  return { cost: Number(response.headers.get('graphql-cost')), ms: performance.now() - began, body: JSON.parse(text) };
}
