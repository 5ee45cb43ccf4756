import { readFileSync } from 'node:fs';
import { declaredKind, fileKind, HEAD_BYTES } from '../../../subgraphs/datasets/stored-file/file-kind.js';

const kindOf = (content: string | Uint8Array) => fileKind(Buffer.from(content as string).subarray(0, HEAD_BYTES));

describe('the kind of a file, detected from its bytes', () => {
  it.each<[string, string | Uint8Array, string | null]>([
    ['CSV', 'a,b\n1,2\n', 'CSV'],
    ['one column', 'a\n1\n', 'CSV'],
    ['nothing', '', 'CSV'],
    ['CSV with a byte order mark', '\ufeffa,b\n', 'CSV'],
    ['TSV', 'a\tb\n1\t2\n', 'TSV'],
    ['TSV with a comma in it', 'a\tb, c\td\n', 'TSV'],
    ['CSV with a tab in it', 'a,b\tc,d\n', 'CSV'],
    ['JSON lines', '\n{"a": 1}\r\n{"a": 2}\r\n', 'JSON_LINES'],
    ['a JSON line that is longer than what is looked at', `{"a": "${'x'.repeat(HEAD_BYTES)}"}`, 'JSON_LINES'],
    ['CSV that begins with a brace', '{a,b\n', 'CSV'],
    ['Parquet', 'PAR1\u0015', 'PARQUET'],
    ['ONNX', Uint8Array.of(0x08, 0x09, 0x12, 0x04, 0x73, 0x6b, 0x6c, 0x32), 'ONNX'],
    ['ONNX without the name of its producer', Uint8Array.of(0x08, 0x08, 0x3a, 0x10), 'ONNX'],
    ['NUL characters', 'a\0b', null],
    ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff, 0xfe), null],
    ['UTF-16', Buffer.from('\ufeffa,b', 'utf16le'), null],
    ['a character cut in two at the end', Buffer.from('a,☃').subarray(0, 4), 'CSV'],
    ['the penguins', readFileSync('samples/data/penguins.csv'), 'CSV'],
  ])('%s', (_, content, kind) => expect(kindOf(content)).toBe(kind));
});

it('a MIME type declares a kind or none', () => {
  expect(['text/CSV', 'application/x-ndjson', 'application/onnx', 'text/plain', 'constructor', '__proto__'].map(declaredKind)).toEqual([
    'CSV',
    'JSON_LINES',
    'ONNX',
    null,
    null,
    null,
  ]);
});
