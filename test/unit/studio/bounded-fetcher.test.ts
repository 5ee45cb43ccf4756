import { boundedFetcher } from '../../../gateway/studio/bounded-fetcher.js';

/** A fetcher whose requests end when the test ends them. */
function controlled() {
  const pending: { resolve(response: Response): void; reject(reason: Error): void }[] = [];
  const fetcher = boundedFetcher(() => new Promise((resolve, reject) => pending.push({ resolve, reject })));
  return { fetcher, pending };
}

describe('a bounded fetcher', () => {
  it('drops requests while four of them have not been answered, and sends others afterwards', async () => {
    const { fetcher, pending } = controlled();
    const sent = Array.from({ length: 4 }, () => fetcher('http://reports'));
    await expect(fetcher('http://reports')).rejects.toThrow('4 reports are being sent already; this one is dropped.');
    pending[0]!.resolve(new Response('received'));
    expect(await (await sent[0]!).text()).toBe('received');
    void fetcher('http://reports');
    expect(pending).toHaveLength(5);
  });

  it('counts a request that failed as answered', async () => {
    const { fetcher, pending } = controlled();
    for (let request = 0; request < 20; request++) {
      const failed = fetcher('http://reports');
      pending[request]!.reject(new Error('no connection'));
      await expect(failed).rejects.toThrow('no connection');
    }
    expect(pending).toHaveLength(20);
  });
});
