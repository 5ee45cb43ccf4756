import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readServingConfig } from '../../../subgraphs/serving/config.js';
import { DEFAULT_CREDENTIAL_LIMITS } from '../../../subgraphs/serving/identity/credential-limits.js';

const pem = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

const environment = {
  SERVING_VIEWER_KEYS: `a:${randomBytes(32).toString('base64')}`,
  DATASETS_VIEWER_KEYS: `a:${randomBytes(32).toString('base64')}`,
  API_KEY_PEPPER: randomBytes(32).toString('base64'),
  SESSION_PRIVATE_KEY: pem('ed25519'),
};

describe('the configuration of serving', () => {
  it('extends that of every subgraph with the pepper and the private key', () => {
    const config = readServingConfig(environment);
    expect(config).toMatchObject({ port: 4004, database: { folder: '.data/serving' } });
    expect(config.apiKeyPepper.toString('base64')).toBe(environment.API_KEY_PEPPER);
    expect(config.sessionPrivateKey.export({ type: 'pkcs8', format: 'pem' })).toBe(environment.SESSION_PRIVATE_KEY);
  });

  it('accepts a private key on one line, as in environment files', () => {
    const { sessionPrivateKey } = readServingConfig({
      ...environment,
      SESSION_PRIVATE_KEY: environment.SESSION_PRIVATE_KEY.replaceAll('\n', '\\n'),
    });
    expect(sessionPrivateKey.export({ type: 'pkcs8', format: 'pem' })).toBe(environment.SESSION_PRIVATE_KEY);
  });

  it('reads the limits of attempts', () => {
    expect(readServingConfig(environment).credentialLimits).toEqual(DEFAULT_CREDENTIAL_LIMITS);
    const { signIn, apiKeyIssue } = readServingConfig({ ...environment, SIGN_IN_MAX_PER_ADDRESS: '7' }).credentialLimits!;
    expect(signIn).toEqual({ ...DEFAULT_CREDENTIAL_LIMITS.signIn, perAddress: 7 });
    expect(apiKeyIssue).toEqual(DEFAULT_CREDENTIAL_LIMITS.apiKeyIssue);
    expect(faultsOf({ ...environment, SIGN_IN_MAX_PER_ACCOUNT: '0' })).toEqual([
      'SIGN_IN_MAX_PER_ACCOUNT: must be an integer of at least 1 (attempts)',
    ]);
  });

  it('reports all errors at once', () => {
    const broken = { PORT: 'x', API_KEY_PEPPER: randomBytes(31).toString('base64'), SESSION_PRIVATE_KEY: 'secret words' };
    const faults = faultsOf(broken);
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'API_KEY_PEPPER',
      'DATASETS_VIEWER_KEYS',
      'PORT',
      'SERVING_VIEWER_KEYS',
      'SESSION_PRIVATE_KEY',
    ]);
    expect(faults.join()).not.toContain('secret words');
  });

  it('sets the models folder and the inference limits', () => {
    expect(
      readServingConfig({ ...environment, DATA_FOLDER: '/data', INFERENCE_ENDPOINTS_ALLOWED: 'https://a.example, http://b:8080' }),
    ).toMatchObject({
      modelsFolder: '/data/serving-models',
      maxModelBytes: 52_428_800,
      inference: { workers: 2, timeoutMs: 4000, endpointsAllowed: ['https://a.example', 'http://b:8080'] },
    });
  });

  it.each([
    ['INFERENCE_ENDPOINTS_ALLOWED', 'https://a.example/path', 'must be an origin'],
    ['INFERENCE_WORKERS', '0', 'must be an integer between 1 and 64 (processes)'],
    ['MODEL_MAX_BYTES', 'many', 'must be an integer between 1 and 2000000000 (bytes)'],
    ['API_KEY_PEPPER', undefined, 'is required'],
    ['API_KEY_PEPPER', '', 'is required'],
    ['API_KEY_PEPPER', `${randomBytes(32).toString('base64')}!`, 'base64'],
    ['API_KEY_PEPPER', randomBytes(31).toString('base64'), 'must have at least 32 bytes; got 31'],
    ['SESSION_PRIVATE_KEY', undefined, 'is required'],
    ['SESSION_PRIVATE_KEY', pem('x25519'), 'Ed25519'],
    ['SESSION_PRIVATE_KEY', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'Ed25519'],
  ])('refuses %s=%j', (name, value, words) => {
    expect(faultsOf({ ...environment, [name]: value })).toEqual([expect.stringContaining(`${name}: `)]);
    expect(faultsOf({ ...environment, [name]: value })[0]).toContain(words);
  });
});

function faultsOf(broken: Record<string, string | undefined>): readonly string[] {
  try {
    readServingConfig(broken);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
}
