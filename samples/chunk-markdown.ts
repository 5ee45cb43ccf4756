/** A passage of a document, under its heading. */
export interface Chunk {
  /** Null before the first heading. */
  title: string | null;
  content: string;
}

const MAX_LENGTH = 4000;

/** Cuts Markdown at its headings, and a long section at blank lines; headings inside code fences are no headings. */
export function chunkMarkdown(markdown: string): Chunk[] {
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  let inCode = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*```/.test(line)) inCode = !inCode;
    const heading = inCode ? null : /^#{1,6} +(.+)$/.exec(line);
    if (heading) sections.push({ title: plain(heading[1]!), lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections.flatMap(({ title, lines }) =>
    pieces(lines.join('\n').trim()).map((content) => ({ title: title.slice(0, 200) || null, content })),
  );
}

/** A heading's words: of a link its text, without marks and tags. */
const plain = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/[`*]|<[^>]*>/g, '')
    .trim();

/** The text in pieces of at most MAX_LENGTH characters, cut at blank lines where there are any. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (const paragraph of text.split(/\n{2,}/).flatMap((whole) => whole.match(new RegExp(`[^]{1,${MAX_LENGTH}}`, 'g')) ?? [])) {
    const joined = found.length > 0 ? `${found.at(-1)}\n\n${paragraph}` : '';
    if (joined && joined.length <= MAX_LENGTH) found[found.length - 1] = joined;
    else found.push(paragraph);
  }
  return found;
}
