import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isProduction, type Environment } from './environment.js';
import { SUBGRAPHS, viewerKeysVariable } from './registry.js';

const FILE = 'secrets.json';

/**
 * Adds the secrets that the environment does not set. They are generated at the first start and stored in the data folder, so that
 * all servers on this machine share them. In production nothing is added: the environment must set every secret.
 */
export function withDevelopmentSecrets(environment: Environment, folder: string): Environment {
  if (isProduction(environment)) return environment;
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  return { ...secretsOf(folder), ...set };
}

function secretsOf(folder: string): Environment {
  const file = `${folder}/${FILE}`;
  if (!existsSync(file)) write(folder, file);
  return JSON.parse(readFileSync(file, 'utf8')) as Environment;
}

/** Writes the file under another name and links it, so that of servers that start at once one wins and all read its secrets. */
function write(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(freshSecrets(), null, 2), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

function freshSecrets(): Record<string, string> {
  const viewerKeys = SUBGRAPHS.map((name) => [viewerKeysVariable(name), `development:${randomBytes(32).toString('base64')}`]);
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    ...Object.fromEntries(viewerKeys),
    API_KEY_PEPPER: randomBytes(32).toString('base64'),
    SESSION_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
