import { readMigrations } from '../../subgraphs/shared/database/migrations.js';
import { schemaDrift } from '../../subgraphs/shared/database/migrate.js';
import { SUBGRAPHS } from '../../subgraphs/shared/configuration/registry.js';

describe('the migrations', () => {
  it.each(SUBGRAPHS)('of %s have no semicolon in a comment: over PostgreSQL the engine would cut the statement there', async (house) => {
    const { migrationDirectories } = await readMigrations(house);
    const scripts = migrationDirectories.map(({ migrationFile }) =>
      migrationFile.content.tag === 'ok' ? migrationFile.content.value : '',
    );
    expect(
      scripts
        .join('\n')
        .split('\n')
        .filter((line) => /--.*;/.test(line)),
    ).toEqual([]);
  });

  it.each(SUBGRAPHS)('build what the schema of %s says', async (house) => {
    expect(await schemaDrift(house)).toBe('');
  });
});
