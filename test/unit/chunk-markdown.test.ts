import { chunkMarkdown } from '../../samples/chunk-markdown.js';

describe('chunking Markdown', () => {
  it('begins a chunk at each heading of any level, without a title before the first', () => {
    expect(chunkMarkdown('Before.\n\n# One\nFirst.\n\n###### Six\n\nLast.\n####### Seven\n')).toEqual([
      { title: null, content: 'Before.' },
      { title: 'One', content: 'First.' },
      { title: 'Six', content: 'Last.\n####### Seven' },
    ]);
  });

  it('drops a section without text', () => {
    expect(chunkMarkdown('# Empty\n\n## Full\nText.')).toEqual([{ title: 'Full', content: 'Text.' }]);
    expect(chunkMarkdown('')).toEqual([]);
  });

  it.each([
    ['## `listen` and *more*', 'listen and more'],
    ['## The [life cycle](./Lifecycle.md#hooks) of a [`request`](#request)', 'The life cycle of a request'],
    ['## Returns [`Reply`][Reply]', 'Returns Reply'],
    ['## Hooks <a id="hooks"></a>', 'Hooks'],
    ['## A list[0] (of numbers)', 'A list[0] (of numbers)'],
  ])('reads the heading %s as plain text', (heading, title) => {
    expect(chunkMarkdown(`${heading}\nText.`)).toEqual([{ title, content: 'Text.' }]);
  });

  it('does not read a comment in a code fence as a heading, for any indentation', () => {
    const code = '```sh\n# install\nnpm ci\n   ```';
    expect(chunkMarkdown(`# Setup\n${code}\n# Next\nText.`)).toEqual([
      { title: 'Setup', content: code },
      { title: 'Next', content: 'Text.' },
    ]);
  });

  it('splits a long section at blank lines and keeps the heading of each chunk', () => {
    const paragraphs = ['a', 'b', 'c'].map((letter) => letter.repeat(1_900));
    expect(chunkMarkdown(`# Long\n${paragraphs.join('\n\n')}`)).toEqual([
      { title: 'Long', content: `${paragraphs[0]}\n\n${paragraphs[1]}` },
      { title: 'Long', content: paragraphs[2] },
    ]);
  });

  it('splits a long paragraph without blank lines and loses no text', () => {
    const chunks = chunkMarkdown(`# Longest\n${'x'.repeat(9_000)}`);
    expect(chunks.map(({ content }) => content.length)).toEqual([4_000, 4_000, 1_000]);
  });
});
