import { parseAnswer, parseObject } from '../../gateway/transport/answer.js';
import { clientError, SubgraphFault } from '../../gateway/transport/subgraph-fault.js';

describe('the text of an answer', () => {
  it.each([
    '{"data":{"user":null}}',
    '{"data":null}',
    '{"data":null,"errors":[{"message":"no","path":["user",0],"extensions":{"code":"X"}}]}',
    '{"errors":[{"message":"no"}]}',
    '{"data":{},"errors":[]}',
    '{"data":{},"errors":null}',
    '{"data":{"__proto__":{"a":1},"constructor":1}}',
  ])('is read: %s', (text) => {
    expect(JSON.stringify(parseAnswer('users', text))).toBe(text);
  });

  it.each([
    ['', '0 characters that are no JSON'],
    ['{"data":{"user":{"na', '20 characters that are no JSON'],
    ['[]', 'no object'],
    ['null', 'no object'],
    ['"data"', 'no object'],
    ['{}', 'neither data nor errors'],
    ['{"errors":null}', 'neither data nor errors'],
    ['{"__proto__":{"data":{}}}', 'neither data nor errors'],
    ['{"data":[]}', 'data that is no object'],
    ['{"data":"x"}', 'data that is no object'],
    ['{"data":0,"errors":[]}', 'data that is no object'],
    ['{"data":{},"errors":{}}', 'errors that are no list of errors'],
    ['{"data":{},"errors":["no"]}', 'errors that are no list of errors'],
    ['{"data":{},"errors":[null]}', 'errors that are no list of errors'],
    ['{"data":{},"errors":[{"message":1}]}', 'errors that are no list of errors'],
  ])('is a fault: %s', (text, what) => {
    expect(() => parseAnswer('users', text)).toThrow(new SubgraphFault('users', 'UNAVAILABLE', `answered ${what}`));
  });

  it('may be any object where no GraphQL is spoken', () => {
    expect(parseObject('users', '{"viewer":null}')).toEqual({ viewer: null });
    expect(() => parseObject('users', '[1]')).toThrow(SubgraphFault);
  });

  it('never comes into a message', () => {
    expect(() => parseAnswer('users', 'secret')).not.toThrow('secret');
    expect(() => parseAnswer('users', 'secret')).toThrow('users: answered 6 characters that are no JSON');
  });
});

describe('a fault', () => {
  it.each(['TIMEOUT', 'UNAVAILABLE'] as const)('of reason %s is an error with that code, and without the name of a subgraph', (reason) => {
    const error = clientError(new SubgraphFault('users', reason, 'connect ECONNREFUSED 10.0.0.1:80'));
    expect(error.extensions).toEqual({ code: reason });
    expect(error.message).toMatch(/^A part of the graph /);
    expect(JSON.stringify(error)).not.toMatch(/users|10\.0/);
  });
});
