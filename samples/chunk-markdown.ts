/** A part of a document with the heading of its section. */
export interface Chunk {
  /** The heading, null for text before the first heading. */
  title: string | null;
  content: string;
}

/** In characters. */
const MAX_CHUNK_LENGTH = 4000;

/** Splits Markdown at its headings, ignoring those inside code fences, and long sections at blank lines. */
export function chunkMarkdown(markdown: string): Chunk[] {
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  let isInCode = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*```/.test(line)) isInCode = !isInCode;
    const heading = isInCode ? null : /^#{1,6} +(.+)$/.exec(line);
    if (heading) sections.push({ title: plainText(heading[1]!), lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections.flatMap(({ title, lines }) =>
    splitText(lines.join('\n').trim()).map((content) => ({ title: title.slice(0, 200) || null, content })),
  );
}

/** Removes the Markdown and HTML markup of a heading. Links are replaced by their text. */
const plainText = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/[`*]|<[^>]*>/g, '')
    .trim();

/** Splits the text into parts of at most MAX_CHUNK_LENGTH characters, at blank lines where possible. */
function splitText(text: string): string[] {
  const parts: string[] = [];
  for (const paragraph of text.split(/\n{2,}/).flatMap((block) => block.match(new RegExp(`[^]{1,${MAX_CHUNK_LENGTH}}`, 'g')) ?? [])) {
    const joined = parts.length > 0 ? `${parts.at(-1)}\n\n${paragraph}` : '';
    if (joined && joined.length <= MAX_CHUNK_LENGTH) parts[parts.length - 1] = joined;
    else parts.push(paragraph);
  }
  return parts;
}
