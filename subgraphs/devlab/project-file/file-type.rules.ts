import type { CodeLanguage, ProjectFileType } from '../generated/graphql.js';
import { nameOf } from './project-file.rules.js';

const LANGUAGES: Readonly<Record<CodeLanguage, readonly string[]>> = {
  JAVASCRIPT: ['js', 'mjs', 'cjs', 'jsx'],
  TYPESCRIPT: ['ts', 'mts', 'cts', 'tsx'],
  PYTHON: ['py', 'pyi', 'pyw'],
};

const EXTENSIONS: readonly (readonly [ProjectFileType, readonly string[]])[] = [
  [
    'SOURCE',
    [...Object.values(LANGUAGES).flat(), 'ipynb', 'sh', 'sql', 'html', 'css', 'scss', 'c', 'cpp', 'h', 'go', 'java', 'r', 'rs', 'vue'],
  ],
  ['CONFIG', ['yml', 'yaml', 'toml', 'ini', 'cfg', 'conf', 'env', 'properties', 'lock']],
  ['DATA', ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'geojson', 'xml']],
  ['DOCUMENTATION', ['md', 'mdx', 'markdown', 'rst', 'adoc', 'txt', 'tex']],
];

/** Names that say more than their extension. */
const NAMES: readonly (readonly [ProjectFileType, RegExp])[] = [
  [
    'CONFIG',
    /^(\..*|dockerfile|makefile|pipfile|package(-lock)?\.json|[jt]sconfig(\..*)?\.json|requirements.*\.txt|.*\.config\.[cm]?[jt]s)$/i,
  ],
  ['DOCUMENTATION', /^(readme|license|licence|changelog|contributing|authors)$/i],
];

const TEST_FOLDER = /(^|\/)(tests?|__tests__|specs?)\//i;
const TEST_NAME = /^(test_.*|.*_test|.*[.-](test|spec)|conftest)\.\w+$/i;

/** The language that the name's extension stands for; null for any other. */
export function languageOf(path: string): CodeLanguage | null {
  const extension = extensionOf(nameOf(path));
  const languages = Object.keys(LANGUAGES) as CodeLanguage[];
  return languages.find((language) => LANGUAGES[language].includes(extension)) ?? null;
}

/** What a file is for, as far as its path tells: code among tests, or named like one, is a test. */
export function fileTypeOf(path: string): ProjectFileType {
  const name = nameOf(path);
  const extension = extensionOf(name);
  const named = NAMES.find(([, form]) => form.test(name))?.[0];
  const fileType = named ?? EXTENSIONS.find(([, extensions]) => extensions.includes(extension))?.[0] ?? 'OTHER';
  return fileType === 'SOURCE' && (TEST_FOLDER.test(path) || TEST_NAME.test(name)) ? 'TEST' : fileType;
}

/** In lower case and without the dot; nothing for a name that has none or only begins with one. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}
