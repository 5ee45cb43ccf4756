import type { Readable } from 'node:stream';

/** Reads multipart as RFC 2046 defines it: parts between delimiters, headers before an empty line, nothing after the close. */
export async function* readParts(body: Readable, boundary: string): AsyncGenerator<unknown, string, undefined> {
  let text = '';
  let isPreamble = true;
  for await (const chunk of body) {
    text += String(chunk);
    for (;;) {
      const end = text.indexOf(`\r\n--${boundary}`);
      const after = end + boundary.length + 4;
      if (end < 0) break;
      const content = text.slice(0, end);
      text = text.slice(after);
      if (isPreamble) isPreamble = false;
      else {
        const [head = '', json = ''] = content.split('\r\n\r\n');
        if (!/^content-type: application\/json(; charset=utf-8)?$/i.test(head.trim())) throw new Error(`headers "${head}"`);
        yield JSON.parse(json);
      }
    }
  }
  return text;
}
