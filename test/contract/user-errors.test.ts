import { readdirSync, readFileSync } from 'node:fs';
import { parse, visit } from 'graphql';
import ts from 'typescript';

/** The functions and classes that take a message for clients, with the index of that argument. */
const MESSAGE_ARGUMENTS: Readonly<Record<string, number>> = {
  badInput: 0,
  codedError: 1,
  requestError: 1,
  HttpError: 1,
  JobError: 1,
  InferenceFault: 1,
  refusal: 2,
  sendError: 2,
  RowFault: 2,
};
/** Wordings that were replaced, because one kind of error has one wording. */
const REPLACED_WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^(You have|Your organization has) no .* with (this|the) id/, 'No ... with this id exists in your organization.'],
  [/(listed|named) twice/, '... is given twice.'],
  [/at least 0; got/, '... must not be negative; got ...'],
  [/Choose a different one/, 'Choose another ...'],
  [/^Pass /, 'Give ...'],
  [/\bRetry\b/, 'Try again ...'],
  [/\b(more than|longer than) .*; at most\b/, '... must have at most ...; got ...'],
  [/\b([Pp]lease|[Mm]eanwhile|[Ss]omebody)\b/, 'a plain sentence'],
];

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const paths = ['gateway', 'subgraphs']
  .flatMap((folder) => readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`))
  .filter((path) => path.endsWith('.ts') && !path.includes('/generated/'));

/** The names of the arguments and of the input fields of the graph, and of the parameters of a GraphQL request over HTTP. */
const fieldNames = new Set(['query', 'operationName', 'variables', 'extensions', 'Content-Length', 'Content-Type']);
visit(parse(textOf('gateway/supergraph.graphql'), { noLocation: true }), {
  InputValueDefinition: ({ name }) => void fieldNames.add(name.value),
});

interface Message {
  place: string;
  /** The text with "…" in place of each expression. */
  text: string;
}

/** Returns the messages that the literals of an expression can produce. Follows a constant of the same file. */
function literalsOf(expression: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): ts.Expression[] {
  if (ts.isConditionalExpression(expression))
    return [expression.whenTrue, expression.whenFalse].flatMap((branch) => literalsOf(branch, constants));
  if (ts.isIdentifier(expression)) {
    const value = constants.get(expression.text);
    return value ? literalsOf(value, new Map()) : [];
  }
  return ts.isStringLiteralLike(expression) || ts.isTemplateExpression(expression) ? [expression] : [];
}

function textOfLiteral(literal: ts.Expression): string {
  if (ts.isStringLiteralLike(literal)) return literal.text;
  const { head, templateSpans } = literal as ts.TemplateExpression;
  return [head.text, ...templateSpans.map((span) => span.literal.text)].join('…');
}

function messagesOf(path: string): Message[] {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const expressions: ts.Expression[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) constants.set(node.name.text, node.initializer);
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression)) {
      const message = node.arguments?.[MESSAGE_ARGUMENTS[node.expression.text] ?? -1];
      if (message) expressions.push(message);
      // The `invalid` of a rules file makes a user error of its last argument.
      if (node.expression.text === 'invalid') expressions.push(node.arguments!.at(-1)!);
    }
    if (ts.isObjectLiteralExpression(node)) {
      const properties = new Map(node.properties.map((property) => [property.name?.getText(), property]));
      const message = properties.get('message');
      if (properties.has('code') && properties.has('field') && message)
        expressions.push(ts.isPropertyAssignment(message) ? message.initializer : (message.name as ts.Identifier));
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  return expressions
    .flatMap((expression) => literalsOf(expression, constants))
    .map((literal) => ({
      place: `${path}:${source.getLineAndCharacterOfPosition(literal.getStart()).line + 1}`,
      text: textOfLiteral(literal),
    }));
}

const messages = paths.flatMap(messagesOf);
const failing = (isWrong: (text: string) => boolean): string[] =>
  messages.filter(({ text }) => isWrong(text)).map(({ place, text }) => `${place}: ${text}`);

describe('an error message for clients', () => {
  it('is found in every subgraph and in the gateway', () => {
    for (const folder of ['gateway', 'subgraphs/shared', 'subgraphs/chat', 'subgraphs/datasets', 'subgraphs/devlab', 'subgraphs/documents'])
      expect(messages.filter(({ place }) => place.startsWith(`${folder}/`)).length).toBeGreaterThan(5);
    expect(messages.length).toBeGreaterThan(250);
  });

  it('ends with a full stop or with an expression, unless clients compare it', () =>
    expect(failing((text) => !/[.…]$/.test(text) && text !== 'PersistedQueryNotFound')).toEqual([]));

  it('begins with a capital letter, a quotation, an expression or the name of an argument or an input field', () => {
    const begins = (text: string) => /^[A-Z"…]/.test(text) || fieldNames.has(/^[\w-]+/.exec(text)?.[0] ?? '');
    expect(failing((text) => !begins(text))).toEqual([]);
  });

  it.each(REPLACED_WORDINGS)('does not use the wording %s', (wording) => expect(failing((text) => wording.test(text))).toEqual([]));
});
