import { contentDisposition } from '../../../subgraphs/datasets/stored-file/stored-file.rules.js';

describe('the filename of a Content-Disposition header', () => {
  it.each([
    ['rows.csv', `attachment; filename="rows.csv"; filename*=UTF-8''rows.csv`],
    ['a "b"\\.csv', `attachment; filename="a _b__.csv"; filename*=UTF-8''a%20%22b%22%5C.csv`],
    ["it's (1)*.csv", `attachment; filename="it's (1)*.csv"; filename*=UTF-8''it%27s%20%281%29%2A.csv`],
    ['☃😀.csv', `attachment; filename="__.csv"; filename*=UTF-8''%E2%98%83%F0%9F%98%80.csv`],
    ['a\r\nset-cookie: x', `attachment; filename="a__set-cookie: x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`],
    ['50%41.csv', `attachment; filename="50_41.csv"; filename*=UTF-8''50%2541.csv`],
    ['\ud800.csv', `attachment; filename="_.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
  ])('%j', (filename, header) => expect(contentDisposition(filename)).toBe(header));
});
