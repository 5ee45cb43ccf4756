import { documents } from '../../../subgraphs/documents/subgraph.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createCollection } from './arrange.js';
import { counts, GUIDE, INGEST } from './arrange-ingest.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

async function ingestText(input: object) {
  const viewer = aMember();
  const collectionId = await createCollection(subgraph, viewer);
  const send = async (changes: object = {}) =>
    (
      await subgraph.execute(viewer, INGEST, {
        input: { collectionId, sourceUrl: GUIDE, title: 'Guide', ...input, ...changes } as never,
      })
    ).data!.documentIngest!;
  return { first: await send(), send };
}

const MARKDOWN = `---
title: ignored
---
# Server

Starts a server.

## close

Ends the server.

\`\`\`js
server.close();
\`\`\`

## listen

| argument | meaning |
| --- | --- |
| port | the port |
`;

const RESTRUCTURED_TEXT = `:mod:\`shutil\` --- Files
=======================

Copies files.

.. index:: copying

.. function:: copyfile(src, dst)

   Copies the contents of the file *src* without its metadata to the file *dst*, and returns *dst*. Both are paths that
   exist, or whose folder exists::

      copyfile("a", "b")

.. function:: move(src, dst)

   Moves a file or a folder to another place, recursively, and returns the place to which it was moved.
`;

describe('ingesting a text', () => {
  it('makes chunks of the sections of Markdown, with code and tables whole', async () => {
    const { first } = await ingestText({ text: MARKDOWN });
    expect(first.userErrors).toEqual([]);
    const chunks = first.document!.chunks.nodes.map(({ title, content, contentType }) => ({ title, content, contentType }));
    expect(chunks).toEqual([
      {
        title: 'Server > close',
        content: '# Server\n\nStarts a server.\n\n## close\n\nEnds the server.\n\n```js\nserver.close();\n```',
        contentType: 'TEXT',
      },
      { title: 'Server > listen', content: '## listen\n\n| argument | meaning |\n| --- | --- |\n| port | the port |', contentType: 'TEXT' },
    ]);
  });

  it('skips every chunk when it is repeated, and updates the section that changed', async () => {
    const { first, send } = await ingestText({ text: MARKDOWN });
    expect(first.ingest).toMatchObject({ addedCount: 2 });
    expect((await send()).ingest).toEqual(counts(0, 0, 2, 0));
    const changed = await send({ text: MARKDOWN.replace('the port', 'a number') });
    expect(changed.ingest).toEqual(counts(0, 1, 1, 0));
  });

  it('makes chunks of the described functions of reStructuredText', async () => {
    const { first } = await ingestText({ text: RESTRUCTURED_TEXT, format: 'RESTRUCTURED_TEXT' });
    expect(first.document!.chunks.nodes.map(({ title }) => title)).toEqual([
      'shutil --- Files > copyfile(src, dst)',
      'shutil --- Files > move(src, dst)',
    ]);
    expect(first.document!.chunks.nodes[0]!.content).toContain('copyfile("a", "b")');
  });

  it('divides a long plain text at the ends of sentences', async () => {
    const sentence = 'The server answers each request in the order in which it arrived, and logs how long it took. ';
    const { first } = await ingestText({ text: sentence.repeat(60), format: 'PLAIN_TEXT' });
    const contents = first.document!.chunks.nodes.map(({ content }) => content.trim());
    expect(contents.length).toBeGreaterThan(4);
    for (const content of contents) expect(content).toMatch(/^The server .* took\.$/s);
  });

  it.each([
    [{}, ['input', 'chunks'], 'either chunks or text'],
    [{ text: 'x', chunks: [{ content: 'x' }] }, ['input', 'text'], 'either chunks or text'],
    [{ text: '  ' }, ['input', 'text'], 'must not be blank'],
    [{ text: '---\na: b\n---\n' }, ['input', 'text'], '1 to 1000 chunks; got 0'],
    [{ text: '> '.repeat(100_000) }, ['input', 'text'], 'cannot be divided into chunks'],
  ])('refuses %j', async (input, field, message) => {
    const { first } = await ingestText(input);
    expect(first).toMatchObject({ document: null, userErrors: [{ field, message: expect.stringContaining(message) }] });
  });
});
