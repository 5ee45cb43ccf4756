import { readSchema } from '../../subgraphs/shared/database/migrations.js';
import { SUBGRAPHS } from '../../subgraphs/shared/configuration/registry.js';
import { columnOf } from '../../subgraphs/shared/tenancy/table.js';

/** A field with a capital letter that has a column: a scalar, or an enum (which says its column itself). */
const COLUMN = /^[a-z]+[A-Z]\w* +(String|Int|BigInt|Float|Boolean|DateTime|Json|Bytes|Decimal|\w+.*@map)/;

interface Model {
  name: string;
  lines: string[];
  isTenant: boolean;
}

/** The models of a subgraph, each with its lines without comments. */
async function models(subgraph: (typeof SUBGRAPHS)[number]): Promise<Model[]> {
  const { files } = await readSchema(subgraph);
  const text = files.map(({ content }) => content).join('\n');
  return [...text.matchAll(/^model (\w+) \{\n([^]*?)^\}/gm)].map(([, name, body]) => {
    const lines = body!
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('//'));
    return { name: name!, lines, isTenant: lines.some((line) => line.startsWith('orgId ')) };
  });
}

describe.each(SUBGRAPHS)('the Prisma schema of %s', (subgraph) => {
  it('maps every field to its snake_case column', async () => {
    for (const { name, lines } of await models(subgraph)) {
      for (const line of lines.filter((one) => COLUMN.test(one))) {
        const [field] = line.split(/\s+/) as [string];
        expect([name, line]).toEqual([name, expect.stringContaining(`@map("${columnOf(field)}")`)]);
      }
    }
  });

  it('has the organization in every key, index, and relation of a tenant table', async () => {
    for (const { name, lines } of (await models(subgraph)).filter(({ isTenant }) => isTenant)) {
      // A GIN index finds by what is inside a column; the organization is looked up beside it.
      const keys = lines.filter((line) => /^@@(id|unique|index)\(/.test(line) && !line.includes('type: Gin'));
      for (const line of keys) expect([name, line]).toEqual([name, expect.stringMatching(/^@@\w+\((fields: )?\[orgId[,\]]/)]);
      for (const line of lines.filter((one) => one.includes('@relation(') && one.includes('fields:'))) {
        expect([name, line]).toEqual([name, expect.stringMatching(/fields: \[orgId[,\]].*references: \[orgId[,\]]/)]);
      }
      expect([name, lines.some((line) => line.startsWith('@@id([orgId') || (line.includes('orgId') && line.includes('@id')))]).toEqual([
        name,
        true,
      ]);
    }
  });
});
