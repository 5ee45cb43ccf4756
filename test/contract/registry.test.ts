import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  databaseUrlVariable,
  REGISTRY,
  SUBGRAPHS,
  urlVariable,
  viewerKeysVariable,
} from '../../subgraphs/shared/configuration/registry.js';

interface ComposeFile {
  services: Record<string, { command: string[]; environment: Record<string, string>; depends_on: Record<string, unknown> }>;
}

const fileOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const foldersBelow = (path: string): string[] =>
  readdirSync(new URL(`../../${path}/`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
    .map(({ name }) => name);
const names = [...SUBGRAPHS].sort();

describe('the registry of subgraphs', () => {
  it('lists the folders below subgraphs/ and below prisma/', () => {
    expect(foldersBelow('subgraphs').sort()).toEqual(names);
    expect(foldersBelow('prisma').sort()).toEqual(names);
  });

  it('lists the blocks of codegen.yml', () => {
    const { generates } = parse(fileOf('codegen.yml'), { merge: true }) as { generates: Record<string, unknown> };
    const resolverTypes = Object.keys(generates).filter((output) => output.endsWith('/generated/graphql.ts'));
    expect(resolverTypes.sort()).toEqual(names.map((name) => `subgraphs/${name}/generated/graphql.ts`));
  });

  it('gives each subgraph a port of its own', () => {
    expect(new Set(SUBGRAPHS.map((name) => REGISTRY[name].port)).size).toBe(SUBGRAPHS.length);
  });
});

describe('docker-compose.yml', () => {
  const { services } = parse(fileOf('docker-compose.yml'), { merge: true }) as ComposeFile;
  const { gateway, databases } = services;

  it.each(SUBGRAPHS)('runs %s with its database and its keys', (name) => {
    const { command, environment } = services[name]!;
    expect(command).toEqual(['node', `dist/subgraphs/${name}/main.js`]);
    expect(environment[databaseUrlVariable(name)]).toMatch(new RegExp(`/${REGISTRY[name].database}$`));
    expect(Object.keys(environment)).toContain(viewerKeysVariable(name));
  });

  it.each(SUBGRAPHS)('lets the gateway find %s, sign for it and wait for it', (name) => {
    expect(gateway!.environment[urlVariable(name)]).toBe(`http://${name}:4000/graphql`);
    expect(Object.keys(gateway!.environment)).toContain(viewerKeysVariable(name));
    expect(Object.keys(gateway!.depends_on)).toContain(name);
  });

  it('creates the database of each subgraph', () => {
    const [, listed] = /for name in ([\w ]+);/.exec(databases!.command.join(' '))!;
    expect(listed!.split(' ').sort()).toEqual(SUBGRAPHS.map((name) => REGISTRY[name].database).sort());
  });

  it('runs no subgraph that the registry does not list', () => {
    const subgraphs = Object.values(services).filter(({ command }) => /^dist\/subgraphs\//.test(command?.[1] ?? ''));
    expect(subgraphs).toHaveLength(SUBGRAPHS.length);
  });
});
