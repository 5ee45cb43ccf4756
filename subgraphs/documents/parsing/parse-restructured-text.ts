import type { Block, ParsedText } from './block.js';
import { linesOf, type Line } from './lines.js';

/** Matches the line under a title (and over it): one character of punctuation, repeated. */
const ADORNMENT = /^([!-/:-@[-`{-~])\1{2,}\s*$/;
/** Matches the border of a simple table (`==== ====`) or of a grid table (`+----+----+`). */
const TABLE_BORDER = /^\s*(?:=+(?: +=+)+|\+(?:[-=]+\+)+)\s*$/;
/** Matches a directive, such as `.. code-block:: python`, and captures its indentation, name and argument. */
const DIRECTIVE = /^(\s*)\.\. ([\w:.+-]+)::\s*(.*)$/;
/** Matches a comment, a target or a substitution. */
const COMMENT = /^(\s*)\.\.(?:\s|$)/;
const CODE_DIRECTIVES = new Set([
  'code',
  'code-block',
  'sourcecode',
  'doctest',
  'testcode',
  'productionlist',
  'literalinclude',
  'parsed-literal',
]);
const TABLE_DIRECTIVES = new Set(['csv-table', 'list-table', 'table']);
/** Directives without text for readers: they feed Sphinx's index and checks. */
const INVISIBLE_DIRECTIVES = new Set([
  'index', 'module', 'currentmodule', 'py:module', 'py:currentmodule', 'sectionauthor', 'moduleauthor', 'codeauthor', 'highlight',
  'toctree', 'contents', 'audit-event', 'audit-event-table', 'testsetup', 'testcleanup', 'only', 'image', 'figure', 'include', 'tabularcolumns',
]); // prettier-ignore
/** Directives that describe an object of a program, such as a function: their argument is a heading of the text below. */
const OBJECT_DIRECTIVES =
  /^(?:(?:py|c|cpp|js|rst|std):)?(?:function|class|method|classmethod|staticmethod|decorator|decoratormethod|attribute|data|exception|property|cfunction|macro|type|member|struct|var|option|program|cmdoption|envvar|opcode|pdbcommand|describe|object|directive|role|2to3fixer|coroutinefunction|coroutinemethod|awaitablefunction|awaitablemethod|abstractmethod)$/;
/** The level of a heading that a directive without indentation makes. The titles of sections have lower levels. */
const OBJECT_LEVEL = 20;
/** Matches roles, such as :func:`shutil.copy`, and captures their text. */
const ROLE = /:[\w:.+-]+:`~?!?([^`<]+?)(?:\s*<[^`]*>)?`/g;

/**
 * Parses reStructuredText, with Sphinx's directives, by its lines. Headings are titles of sections and the descriptions of objects
 * (`.. function:: name(arguments)`). Source: the specification of Docutils' markup.
 */
export function parseRestructuredText(text: string): ParsedText {
  return { text, blocks: new RestructuredTextParser(text).parse() };
}

class RestructuredTextParser {
  readonly #lines: readonly Line[];
  readonly #blocks: Block[] = [];
  /** The adornments in the order in which they occurred, which are the levels of the sections. */
  readonly #levels: string[] = [];
  #at = 0;
  /** True if the last paragraph ended with `::`, so that an indented block that follows is code. */
  #expectsLiteral = false;

  constructor(private readonly text: string) {
    this.#lines = linesOf(text);
  }

  parse(): Block[] {
    while (this.#at < this.#lines.length) this.#next();
    return this.#blocks;
  }

  #next(): void {
    const line = this.#lines[this.#at]!;
    if (line.isBlank) this.#at++;
    else if (!this.#title()) {
      if (this.#expectsLiteral && line.indent > this.#paragraphIndent) this.#literal();
      else if (TABLE_BORDER.test(line.text)) this.#table();
      else if (!this.#directive(line)) this.#paragraph();
    }
  }

  #paragraphIndent = 0;

  /** Reads a title with a line under it, and perhaps over it. */
  #title(): boolean {
    const [first, second, third] = this.#lines.slice(this.#at, this.#at + 3);
    const isOverlined = ADORNMENT.test(first!.text) && third !== undefined && ADORNMENT.test(third.text) && !second!.isBlank;
    const title = isOverlined ? second : first;
    const under = isOverlined ? third : second;
    if (!title || !under || title.indent > 3 || !ADORNMENT.test(under.text) || ADORNMENT.test(title.text)) return false;
    if (under.text.trim().length < Math.min(title.text.trim().length, 3)) return false;
    const adornment = (isOverlined ? '^' : '') + under.text[0]!;
    if (!this.#levels.includes(adornment)) this.#levels.push(adornment);
    this.#add('heading', first!.start, under.end, { level: this.#levels.indexOf(adornment) + 1, title: plain(title.text) });
    this.#at += isOverlined ? 3 : 2;
    this.#expectsLiteral = false;
    return true;
  }

  #literal(): void {
    const first = this.#at;
    this.#skipIndented(this.#paragraphIndent);
    this.#addLines('code', first, this.#at);
    this.#expectsLiteral = false;
  }

  #table(): void {
    const first = this.#at;
    while (this.#at < this.#lines.length && !this.#endsTable()) this.#at++;
    this.#addLines('table', first, this.#at);
  }

  /** True at a blank line after the last border of a table. Blank lines within a table are followed by one of its rows. */
  #endsTable(): boolean {
    const { isBlank } = this.#lines[this.#at]!;
    return isBlank && TABLE_BORDER.test(this.#lines[this.#at - 1]!.text);
  }

  #directive({ text, indent, start, end }: Line): boolean {
    const [, , name, argument] = DIRECTIVE.exec(text) ?? [];
    if (name === undefined) {
      if (!COMMENT.test(text)) return false;
      this.#at++;
      this.#skipIndented(indent);
      return true;
    }
    const first = this.#at++;
    if (OBJECT_DIRECTIVES.test(name)) {
      // Further signatures are lines under the first one, up to a blank line or an option such as `:noindex:`.
      this.#add('heading', start, end, { level: OBJECT_LEVEL + indent, title: plain(argument!) });
      return true;
    }
    if (CODE_DIRECTIVES.has(name) || TABLE_DIRECTIVES.has(name) || INVISIBLE_DIRECTIVES.has(name)) {
      this.#skipIndented(indent);
      if (!INVISIBLE_DIRECTIVES.has(name)) this.#addLines(CODE_DIRECTIVES.has(name) ? 'code' : 'table', first, this.#at);
      return true;
    }
    if (argument) this.#add('text', start, end); // Notes and changes of versions have text; the lines below are paragraphs.
    return true;
  }

  #paragraph(): void {
    const first = this.#at;
    this.#paragraphIndent = this.#lines[first]!.indent;
    const isDoctest = this.#lines[first]!.text.trimStart().startsWith('>>>');
    while (this.#at < this.#lines.length && !this.#lines[this.#at]!.isBlank && !(this.#at > first && this.#startsBlock())) this.#at++;
    this.#addLines(isDoctest ? 'code' : 'text', first, this.#at);
    this.#expectsLiteral = this.#lines[this.#at - 1]!.text.trimEnd().endsWith('::');
  }

  #startsBlock(): boolean {
    return DIRECTIVE.test(this.#lines[this.#at]!.text);
  }

  /** Skips blank lines and lines that are indented more than a number of columns. */
  #skipIndented(indent: number): void {
    while (this.#at < this.#lines.length && (this.#lines[this.#at]!.isBlank || this.#lines[this.#at]!.indent > indent)) this.#at++;
  }

  /** Adds a block of lines without the blank lines at its end. */
  #addLines(kind: Block['kind'], first: number, after: number): void {
    let last = after - 1;
    while (last > first && this.#lines[last]!.isBlank) last--;
    this.#add(kind, this.#lines[first]!.start, this.#lines[last]!.end);
  }

  #add(kind: Block['kind'], start: number, end: number, heading: { level?: number; title?: string } = {}): void {
    if (this.text.slice(start, end).trim() !== '') this.#blocks.push({ kind, start, end, ...heading });
  }
}

/** Returns text without roles, literals and escapes. */
const plain = (text: string): string => text.trim().replaceAll(ROLE, '$1').replaceAll('``', '').replaceAll(/\\(.)/g, '$1');
