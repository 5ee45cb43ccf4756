import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { lockFolder } from '../../subgraphs/shared/database/folder-lock.js';

const aFolder = () => `${mkdtempSync(`${tmpdir()}/lock-`)}/data`;

describe('the lock of a data folder', () => {
  it('excludes a second process until it is released', () => {
    const folder = aFolder();
    writeFileSync(`${folder}.lock`, String(process.ppid));
    expect(() => lockFolder(folder)).toThrow(`in use by the process ${process.ppid}`);
    const other = aFolder();
    lockFolder(other)();
    expect(existsSync(`${other}.lock`)).toBe(false);
    expect(() => lockFolder(other)).not.toThrow();
  });

  it('is taken over from a process that has ended', () => {
    const folder = aFolder();
    writeFileSync(`${folder}.lock`, '999999999');
    expect(() => lockFolder(folder)).not.toThrow();
  });
});
