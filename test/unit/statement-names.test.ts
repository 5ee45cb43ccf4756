import { StatementNames } from '../../subgraphs/shared/database/statement-names.js';

const times = (names: StatementNames, text: string, count: number) => Array.from({ length: count }, () => names.nameOf(text));

describe('a statement', () => {
  it('gets a name when it is sent a third time, and keeps it', () => {
    const names = new StatementNames();
    expect(times(names, 'SELECT 1', 5)).toEqual(['', '', 'statement_0', 'statement_0', 'statement_0']);
  });

  it('never shares a name with another statement', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 50 }, (_, index) => times(names, `SELECT ${index}`, 3)[2]);
    expect(new Set(given).size).toBe(50);
  });

  it('has no name if it is long', () => {
    expect(times(new StatementNames(), `SELECT ${'1,'.repeat(5000)}1`, 10)).toEqual(Array(10).fill(''));
  });

  it('has no name after two hundred statements have one, and those keep theirs', () => {
    const names = new StatementNames();
    for (let index = 0; index < 200; index++) times(names, `SELECT ${index}`, 3);
    expect(times(names, 'SELECT 200', 10)).toEqual(Array(10).fill(''));
    expect(names.nameOf('SELECT 7')).toBe('statement_7');
  });
});
