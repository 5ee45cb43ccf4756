import { randomBytes } from 'node:crypto';
import { FileUrls } from '../../../subgraphs/datasets/file-url/file-urls.js';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const [first, second] = [key('a'), key('b')];
const urls = new FileUrls([first], null);
const file = { orgId: '0190b6f2-0000-7000-8000-000000000001', id: '0190b6f2-0000-7000-8000-000000000002' };
const EXPIRY = 1_800_000_000_000;
const token = (url: string) => url.split('/').at(-1)!;
const signed = token(urls.sign('files', file, new Date(EXPIRY)));

describe('a signed URL', () => {
  it('verifies until it expires', () => {
    expect(urls.verify('files', signed, EXPIRY - 1)).toEqual(file);
    expect(() => urls.verify('files', signed, EXPIRY)).toThrow('This URL has expired.');
  });

  it('is valid for one purpose', () => expect(() => urls.verify('uploads', signed, 0)).toThrow('The signature of this URL is not valid.'));

  it('is refused if any character is changed, removed, or added', () => {
    for (let index = 0; index < signed.length - 1; index++) {
      const other = signed[index] === 'a' ? 'b' : 'a';
      expect(() => urls.verify('files', signed.slice(0, index) + other + signed.slice(index + 1), 0)).toThrow('not valid');
      expect(() => urls.verify('files', signed.slice(0, index) + signed.slice(index + 1), 0)).toThrow('not valid');
    }
    for (const wrong of ['', '.', '...', `${signed}AAAA`, `.${signed}`]) expect(() => urls.verify('files', wrong, 0)).toThrow('not valid');
  });

  it('is valid during a key rotation, and not after it', () => {
    expect(new FileUrls([second, first], null).verify('files', signed, 0)).toEqual(file);
    expect(() => new FileUrls([second], null).verify('files', signed, 0)).toThrow('not valid');
  });

  it('is a path, or absolute if the public URL is configured', () => {
    expect(urls.sign('uploads', file, new Date(EXPIRY))).toMatch(/^\/uploads\/[\w.-]+$/);
    expect(new FileUrls([first], 'https://graph.example/graphql').sign('files', file, new Date(EXPIRY))).toBe(
      `https://graph.example/files/${signed}`,
    );
  });
});
