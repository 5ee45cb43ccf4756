import { readMigrations } from '../../subgraphs/shared/database/migrations.js';
import { schemaDrift } from '../../subgraphs/shared/database/migrate.js';
import { SUBGRAPHS } from '../../subgraphs/shared/configuration/registry.js';

describe('the migrations', () => {
  it.each(SUBGRAPHS)(
    'of %s have no semicolon in a comment, at which the engine would split the statement on PostgreSQL',
    async (subgraph) => {
      const { migrationDirectories } = await readMigrations(subgraph);
      const scripts = migrationDirectories.map(({ migrationFile }) =>
        migrationFile.content.tag === 'ok' ? migrationFile.content.value : '',
      );
      expect(
        scripts
          .join('\n')
          .split('\n')
          .filter((line) => /--.*;/.test(line)),
      ).toEqual([]);
    },
  );

  it.each(SUBGRAPHS)('create the schema of %s', async (name) => {
    expect(await schemaDrift(name)).toBe('');
  });
});
