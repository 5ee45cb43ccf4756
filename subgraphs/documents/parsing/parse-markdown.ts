import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import type { Block, BlockKind, ParsedText } from './block.js';

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root['children'][number];

/** Matches a YAML or TOML front matter at the beginning of a file. */
const FRONT_MATTER = /^(?:---\r?\n[\s\S]*?\r?\n---|\+\+\+\r?\n[\s\S]*?\r?\n\+\+\+)[ \t]*(?:\r?\n|$)/;

const KINDS: Readonly<Partial<Record<Node['type'], BlockKind>>> = { code: 'code', table: 'table' };

/** Matches a heading that is written in HTML, as the titles of READMEs often are. */
const HTML_HEADING = /^<h([1-6])\b[^>]*>([^<]*)<\/h\1>\s*$/i;

/** Parses Markdown (CommonMark with tables). Items of lists are blocks of their own; front matter belongs to no block. */
export function parseMarkdown(text: string): ParsedText {
  const bodyStart = FRONT_MATTER.exec(text)?.[0].length ?? 0;
  const tree = fromMarkdown(text.slice(bodyStart), { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  const blocks: Block[] = [];
  addBlocks(tree, bodyStart, blocks);
  return { text, blocks };
}

function addBlocks(parent: Root | Node, offset: number, blocks: Block[]): void {
  if (!('children' in parent)) return;
  for (const node of parent.children) {
    if (node.type === 'list' || node.type === 'listItem' || node.type === 'blockquote') {
      addBlocks(node, offset, blocks);
      continue;
    }
    const start = node.position!.start.offset! + offset;
    const end = node.position!.end.offset! + offset;
    const [, level, title] = (node.type === 'html' && HTML_HEADING.exec(node.value)) || [];
    if (node.type === 'heading') blocks.push({ kind: 'heading', start, end, level: node.depth, title: toString(node) });
    else if (level) blocks.push({ kind: 'heading', start, end, level: Number(level), title: title!.trim() });
    else blocks.push({ kind: KINDS[node.type] ?? 'text', start, end });
  }
}
