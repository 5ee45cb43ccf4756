import { readdirSync, readFileSync } from 'node:fs';
import { parse, visit, type ASTNode, type StringValueNode } from 'graphql';
import ts from 'typescript';

/** Doc comments and descriptions define their subject: none begins with one of these. */
const WITHOUT_SUBJECT = /^(What|How|Whether|Where|Who|Whose|Which|The same)\b/;
/** Names that were replaced by the field's term, and the term. No function, class, type or constant has one of them again. */
const RETIRED_DECLARATIONS: Readonly<Record<string, string>> = {
  Record: 'NullPrototypeObject',
  Requirements: 'RepresentationWriter',
  fedKeys: 'providedKeys',
  Told: 'Tracked',
  explained: 'attributeErrors',
  Asked: 'ResponseScope',
  Departure: 'ClientDisconnect',
  standing: 'credentialCheck',
  teller: 'errorReporter',
  Tell: 'ErrorReporter',
  Bell: 'CoalescingSignal',
  answer: 'mutationPayload',
  once: 'idempotently',
  patiently: 'retryWhileUnavailable',
  tending: 'maintenance',
  sweeping: 'PeriodicTask',
};
/** Words that are in no identifier at all. */
const RETIRED_WORD = /house(s|Of|$)|House/;

const ROOT = new URL('../../', import.meta.url);
const FOLDERS = ['gateway', 'subgraphs', 'prisma', 'samples', 'test', 'bench'];
const paths = [
  ...readdirSync(ROOT).filter((name) => /\.(ts|js)$/.test(name)),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  ),
].filter((path) => !path.includes('/generated/'));
const pathsOf = (extension: RegExp): string[] => paths.filter((path) => extension.test(path));
const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
/** The text of a comment without its stars and slashes, on one line. */
const wordsOf = (comment: string): string =>
  comment
    .replace(/^\/\*\*?|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(\*|\/\/\/)\s?/, '').trim())
    .join(' ')
    .trim();

interface Program {
  /** The doc comments: line and text. */
  comments: { line: number; text: string }[];
  identifiers: { line: number; name: string; isDeclared: boolean }[];
}

function readProgram(path: string): Program {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
  const { text } = source;
  const comments = new Map<number, string>();
  const identifiers: Program['identifiers'] = [];
  const walk = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      if (text.startsWith('/**', pos)) comments.set(pos, text.slice(pos, end));
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclared =
        (ts.isFunctionDeclaration(parent) ||
          ts.isClassDeclaration(parent) ||
          ts.isInterfaceDeclaration(parent) ||
          ts.isTypeAliasDeclaration(parent) ||
          (ts.isVariableDeclaration(parent) && ts.isSourceFile(parent.parent.parent.parent))) &&
        parent.name === node;
      identifiers.push({ line: lineAt(text, node.getStart()), name: node.text, isDeclared });
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  return { comments: [...comments].map(([pos, comment]) => ({ line: lineAt(text, pos), text: wordsOf(comment) })), identifiers };
}

/** The descriptions of an SDL file: line and text. */
function readDescriptions(path: string): Program['comments'] {
  const descriptions: Program['comments'] = [];
  const add = (description: StringValueNode | undefined): void => {
    if (description) descriptions.push({ line: description.loc!.startToken.line, text: description.value.replaceAll('\n', ' ').trim() });
  };
  visit(parse(textOf(path)), { enter: (node: ASTNode) => ('description' in node ? add(node.description) : undefined) });
  return descriptions;
}

/** The `///` comments of a Prisma schema, those on lines that follow each other as one. */
function readPrismaComments(path: string): Program['comments'] {
  const comments: Program['comments'] = [];
  for (const match of textOf(path).matchAll(/(^[ \t]*\/\/\/.*\n)+/gm))
    comments.push({ line: lineAt(match.input, match.index), text: wordsOf(match[0].trim()) });
  return comments;
}

const at = (path: string, found: Program['comments']): string[] => found.map(({ line, text }) => `${path}:${line} ${text.slice(0, 100)}`);
const programs = pathsOf(/\.(ts|js|mjs)$/).map((path) => ({ path, ...readProgram(path) }));
const descriptions = [
  ...programs.map(({ path, comments }) => ({ path, comments })),
  ...pathsOf(/^subgraphs\/.*\.graphql$/).map((path) => ({ path, comments: readDescriptions(path) })),
  ...pathsOf(/\.prisma$/).map((path) => ({ path, comments: readPrismaComments(path) })),
];

describe('the language of the project', () => {
  it('has doc comments and descriptions in every kind of file', () => {
    for (const extension of ['.ts', '.graphql', '.prisma'])
      expect(descriptions.filter(({ path, comments }) => path.endsWith(extension) && comments.length > 0).length).toBeGreaterThan(10);
  });

  it('begins doc comments and descriptions with a verb or with the noun that they define', () => {
    const found = descriptions.flatMap(({ path, comments }) =>
      at(
        path,
        comments.filter(({ text }) => WITHOUT_SUBJECT.test(text)),
      ),
    );
    expect(found).toEqual([]);
  });

  it('ends doc comments and descriptions with a full stop', () => {
    const isOpen = (text: string): boolean => !/[.:!?]([`)"»]|\*\*)*$/.test(text) && !/(^|\s)@\w+|```$/.test(text) && text.includes(' ');
    expect(
      descriptions.flatMap(({ path, comments }) =>
        at(
          path,
          comments.filter(({ text }) => isOpen(text)),
        ),
      ),
    ).toEqual([]);
  });

  it('gives no declaration a name that was retired', () => {
    const found = programs.flatMap(({ path, identifiers }) =>
      identifiers
        .filter(({ name, isDeclared }) => isDeclared && Object.hasOwn(RETIRED_DECLARATIONS, name))
        .map(({ line, name }) => `${path}:${line} ${name} is now ${RETIRED_DECLARATIONS[name]}`),
    );
    expect(found).toEqual([]);
  });

  it('calls a subgraph a subgraph', () => {
    const found = programs.flatMap(({ path, identifiers }) =>
      identifiers.filter(({ name }) => RETIRED_WORD.test(name)).map(({ line, name }) => `${path}:${line} ${name}`),
    );
    expect(found).toEqual([]);
  });
});
