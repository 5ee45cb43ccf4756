import type { CodeLanguage, ProjectFileType } from '../generated/graphql.js';
import { nameOf } from './project-file.rules.js';

const EXTENSIONS_BY_LANGUAGE: Readonly<Record<CodeLanguage, readonly string[]>> = {
  JAVASCRIPT: ['js', 'mjs', 'cjs', 'jsx'],
  TYPESCRIPT: ['ts', 'mts', 'cts', 'tsx'],
  PYTHON: ['py', 'pyi', 'pyw'],
};

const EXTENSIONS_BY_FILE_TYPE: readonly (readonly [ProjectFileType, readonly string[]])[] = [
  [
    'SOURCE',
    [
      ...Object.values(EXTENSIONS_BY_LANGUAGE).flat(),
      'ipynb',
      'sh',
      'sql',
      'html',
      'css',
      'scss',
      'c',
      'cpp',
      'h',
      'go',
      'java',
      'r',
      'rs',
      'vue',
    ],
  ],
  ['CONFIG', ['yml', 'yaml', 'toml', 'ini', 'cfg', 'conf', 'env', 'properties', 'lock']],
  ['DATA', ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'geojson', 'xml']],
  ['DOCUMENTATION', ['md', 'mdx', 'markdown', 'rst', 'adoc', 'txt', 'tex']],
];

/** Patterns of file names that decide the type before the extension does. */
const NAMES_BY_FILE_TYPE: readonly (readonly [ProjectFileType, RegExp])[] = [
  [
    'CONFIG',
    /^(\..*|dockerfile|makefile|pipfile|package(-lock)?\.json|[jt]sconfig(\..*)?\.json|requirements.*\.txt|.*\.config\.[cm]?[jt]s)$/i,
  ],
  ['DOCUMENTATION', /^(readme|license|licence|changelog|contributing|authors)$/i],
];

const TEST_FOLDER = /(^|\/)(tests?|__tests__|specs?)\//i;
const TEST_NAME = /^(test_.*|.*_test|.*[.-](test|spec)|conftest)\.\w+$/i;

/** Returns the language of the file's extension, or null if it is not one of CodeLanguage. */
export function languageOf(path: string): CodeLanguage | null {
  const extension = extensionOf(nameOf(path));
  const languages = Object.keys(EXTENSIONS_BY_LANGUAGE) as CodeLanguage[];
  return languages.find((language) => EXTENSIONS_BY_LANGUAGE[language].includes(extension)) ?? null;
}

/** Derives the purpose of a file from its path. Source code in a folder for tests, or named like a test, is a TEST. */
export function fileTypeOf(path: string): ProjectFileType {
  const name = nameOf(path);
  const extension = extensionOf(name);
  const named = NAMES_BY_FILE_TYPE.find(([, pattern]) => pattern.test(name))?.[0];
  const fileType = named ?? EXTENSIONS_BY_FILE_TYPE.find(([, extensions]) => extensions.includes(extension))?.[0] ?? 'OTHER';
  return fileType === 'SOURCE' && (TEST_FOLDER.test(path) || TEST_NAME.test(name)) ? 'TEST' : fileType;
}

/** Returns the extension in lower case without the dot; empty for names without a dot and for names like `.env`. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}
