// Finds the documents that test files pass to a `graphql` function of test/kit/documents.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** The names of the schemas: `api` of the gateway, and the subgraphs, which are the folders below prisma/. */
export const SCHEMAS = [
  'api',
  ...readdirSync('prisma', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort(),
];

const SCHEMA = new RegExp(`/documents/(${SCHEMAS.join('|')})\\.js$`);

/** Returns, for each schema, the text of every document with the file that contains it. Throws if a text is not constant. */
export function documentsIn(files) {
  const documents = new Map();
  for (const file of files) {
    const source = parseFile(file);
    const schemas = new Map(
      importsOf(source)
        .filter(({ name, from }) => name === 'graphql' && SCHEMA.test(from))
        .map(({ local, from }) => [local, SCHEMA.exec(from)[1]]),
    );
    const visit = (node) => {
      if (ts.isCallExpression(node) && schemas.has(node.expression.text)) {
        const schema = schemas.get(node.expression.text);
        if (!documents.has(schema)) documents.set(schema, new Map());
        documents.get(schema).set(textOf(node.arguments[0]), file);
      }
      ts.forEachChild(node, visit);
    };
    if (schemas.size > 0) visit(source);
  }
  return documents;
}

/** Returns the text of a string literal, of a template, or of a constant that is one of them. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isAsExpression(node)) return textOf(node.expression);
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ expression, literal }) => textOf(expression) + literal.text).join('');
  if (ts.isIdentifier(node)) return textOf(initializerOf(node.text, node));
  throw new Error(`${node.getSourceFile().fileName}: graphql() takes a constant text; got ${node.getText()}.`);
}

/** Returns what a constant is set to, as seen from a node: in a block around it, or in the file that it is imported from. */
function initializerOf(name, node) {
  for (let scope = node; scope; scope = scope.parent)
    for (const statement of scope.statements ?? [])
      if (ts.isVariableStatement(statement))
        for (const declaration of statement.declarationList.declarations)
          if (declaration.name.text === name) return declaration.initializer;
  const { fileName } = node.getSourceFile();
  const imported = importsOf(node.getSourceFile()).find(({ local }) => local === name);
  if (!imported) throw new Error(`${fileName}: graphql() takes a constant text, but ${name} is not a constant.`);
  const source = parseFile(join(dirname(fileName), imported.from.replace(/\.js$/, '.ts')));
  return initializerOf(imported.name, source.endOfFileToken);
}

function parseFile(file) {
  const setParentNodes = true;
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, setParentNodes);
}

function importsOf(source) {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) =>
    (importClause?.namedBindings?.elements ?? []).map((element) => ({
      local: element.name.text,
      name: (element.propertyName ?? element.name).text,
      from: moduleSpecifier.text,
    })),
  );
}
