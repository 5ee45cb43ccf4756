import { parseSubgraphResponse, parseJsonObject } from '../../gateway/transport/subgraph-response.js';
import { clientError, SubgraphFault } from '../../gateway/transport/subgraph-fault.js';

describe('the body of a response', () => {
  it.each([
    '{"data":{"user":null}}',
    '{"data":null}',
    '{"data":null,"errors":[{"message":"no","path":["user",0],"extensions":{"code":"X"}}]}',
    '{"errors":[{"message":"no"}]}',
    '{"data":{},"errors":[]}',
    '{"data":{},"errors":null}',
    '{"data":{"__proto__":{"a":1},"constructor":1}}',
  ])('is parsed: %s', (text) => {
    expect(JSON.stringify(parseSubgraphResponse('users', text))).toBe(text);
  });

  it.each([
    ['', '0 characters that are not JSON'],
    ['{"data":{"user":{"na', '20 characters that are not JSON'],
    ['[]', 'JSON that is not an object'],
    ['null', 'JSON that is not an object'],
    ['"data"', 'JSON that is not an object'],
    ['{}', 'neither data nor errors'],
    ['{"errors":null}', 'neither data nor errors'],
    ['{"__proto__":{"data":{}}}', 'neither data nor errors'],
    ['{"data":[]}', 'data that is not an object'],
    ['{"data":"x"}', 'data that is not an object'],
    ['{"data":0,"errors":[]}', 'data that is not an object'],
    ['{"data":{},"errors":{}}', 'errors that are not a list'],
    ['{"data":{},"errors":"no"}', 'errors that are not a list'],
  ])('is rejected as a fault: %s', (text, what) => {
    expect(() => parseSubgraphResponse('users', text)).toThrow(new SubgraphFault('users', 'UNAVAILABLE', `responded with ${what}`));
  });

  it.each(['"no"', 'null', '[]', '7.0', '{}', '{"message":1}', '{"message":null}'])(
    'keeps the data beside an error without a message: %s',
    (error) => {
      const message = 'A subgraph returned an error without a message.';
      expect(parseSubgraphResponse('users', `{"data":{"a":1},"errors":[{"message":"b"},${error}]}`)).toEqual({
        data: { a: 1 },
        errors: [{ message: 'b' }, { message }],
      });
      const located = '{"path":["a"],"extensions":{"code":"X"}}';
      expect(parseSubgraphResponse('users', `{"data":null,"errors":[${located},${error}]}`)).toEqual({
        data: null,
        errors: [{ message, path: ['a'], extensions: { code: 'X' } }, { message }],
      });
    },
  );

  it('can be any object if the endpoint is not GraphQL', () => {
    expect(parseJsonObject('users', '{"viewer":null}')).toEqual({ viewer: null });
    expect(() => parseJsonObject('users', '[1]')).toThrow(SubgraphFault);
  });

  it('is never part of an error message', () => {
    expect(() => parseSubgraphResponse('users', 'secret')).not.toThrow('secret');
    expect(() => parseSubgraphResponse('users', 'secret')).toThrow('users: responded with 6 characters that are not JSON');
  });
});

describe('a fault', () => {
  it.each(['TIMEOUT', 'UNAVAILABLE'] as const)(
    'with the reason %s becomes an error with that code, without the name of the subgraph',
    (reason) => {
      const error = clientError(new SubgraphFault('users', reason, 'connect ECONNREFUSED 10.0.0.1:80'));
      expect(error.extensions).toEqual({ code: reason });
      expect(error.message).toMatch(/^A subgraph /);
      expect(JSON.stringify(error)).not.toMatch(/users|10\.0/);
    },
  );
});
