import { fileTypeOf } from '../../../subgraphs/chat/chat-file/chat-file.rules.js';

describe('the kind of a file', () => {
  it.each([
    ['sales.csv', 'application/vnd.ms-excel', 'CSV'],
    ['SALES.CSV', 'text/plain', 'CSV'],
    ['genes.tsv', 'text/plain', 'TSV'],
    ['genes.tab', 'text/plain', 'TSV'],
    ['log.jsonl', 'application/json', 'JSON_LINES'],
    ['log.ndjson', 'application/octet-stream', 'JSON_LINES'],
    ['paper.v2.pdf', 'application/octet-stream', 'PDF'],
    ['book.xlsx', 'application/zip', 'XLSX'],
    ['notes.md', 'application/octet-stream', 'TEXT'],
    ['rows', 'text/csv', 'CSV'],
    ['rows', 'TEXT/Tab-Separated-Values', 'TSV'],
    ['rows.2024', 'application/x-ndjson', 'JSON_LINES'],
    ['paper', 'application/pdf', 'PDF'],
    ['book', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'XLSX'],
    ['notes', 'text/plain', 'TEXT'],
    ['data.csv.gz', 'application/gzip', 'OTHER'],
    ['a.constructor', 'image/png', 'OTHER'],
  ])('of %s as %s is %s', (filename, mimeType, fileType) => {
    expect(fileTypeOf(filename, mimeType)).toBe(fileType);
  });
});
