import { Agent } from 'undici';
import { InferenceFault } from './inference-fault.js';
import { TENSOR_TYPES, type TensorType } from './signature.js';
import { tensorData, type Tensor } from './tensor.js';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const CONNECTIONS = 16;

/** What the Open Inference Protocol calls the types of tensors, in the order of TENSOR_TYPES. */
const DATATYPES = ['FP32', 'FP64', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'BOOL', 'BYTES'];
const datatypeOf = (type: TensorType): string => DATATYPES[TENSOR_TYPES.indexOf(type)]!;

/**
 * Servers of models elsewhere, asked by the Open Inference Protocol v2 with tensors as JSON. Only origins that the operator
 * names are called: a URL that a user writes leads nowhere else, by whatever name or redirect.
 */
export class Endpoints {
  readonly #allowed: ReadonlySet<string>;
  readonly #agent = new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });

  constructor(allowedOrigins: readonly string[]) {
    this.#allowed = new Set(allowedOrigins);
  }

  /** Whether this server is one that may be called. */
  allows(endpointUrl: string): boolean {
    return this.#allowed.has(new URL(endpointUrl).origin);
  }

  /** What the model of this name answers there, until `deadline` (milliseconds since the epoch). Throws InferenceFault. */
  async infer(endpointUrl: string, modelName: string, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const { origin, pathname } = new URL(endpointUrl);
    if (!this.#allowed.has(origin)) throw new InferenceFault('ENDPOINT_UNAVAILABLE', 'The endpoint is not one that is called from here.');
    const signal = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
    const inputs = feeds.map(({ name, type, dims, data }) => ({
      name,
      shape: dims,
      datatype: datatypeOf(type),
      data: jsonData(type, data),
    }));
    try {
      const { statusCode, body } = await this.#agent.request({
        origin,
        path: `${pathname.replace(/\/$/, '')}/v2/models/${encodeURIComponent(modelName)}/infer`,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ inputs }),
        signal,
      });
      if (statusCode !== 200) {
        body.on('error', () => undefined).destroy();
        throw failed(`The endpoint answered with the status ${statusCode}.`);
      }
      return tensorsOf(await capped(body));
    } catch (error) {
      if (error instanceof InferenceFault) throw error;
      if (signal.aborted) throw new InferenceFault('TIMEOUT', 'The endpoint took too long.');
      throw new InferenceFault('ENDPOINT_UNAVAILABLE', 'The endpoint cannot be reached.');
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

const failed = (message: string) => new InferenceFault('ENDPOINT_FAILED', message);

/** What is no number has no JSON, and is null. */
function jsonData(type: TensorType, data: Tensor['data']): unknown[] {
  if (type === 'bool') return Array.from(data as Uint8Array, (value) => value === 1);
  return Array.from(data as ArrayLike<unknown>, (value) => (typeof value === 'bigint' ? Number(value) : value));
}

async function capped(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw failed('The endpoint answered too much.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tensorsOf(text: string): Tensor[] {
  const said = parsed(text) as { outputs?: unknown } | null;
  if (!Array.isArray(said?.outputs) || said.outputs.length === 0) throw failed('The endpoint answered no outputs.');
  return said.outputs.map((output: unknown) => {
    const { name, datatype, shape, data } = (output ?? {}) as { name?: unknown; datatype?: unknown; shape?: unknown; data?: unknown };
    const type = TENSOR_TYPES[DATATYPES.indexOf(String(datatype))];
    const isShape = Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (typeof name !== 'string' || !type || !isShape || !Array.isArray(data))
      throw failed('The endpoint answered an output that is none.');
    const values = data.flat(8) as unknown[];
    if (values.length !== (shape as number[]).reduce((product, size) => product * size, 1) || !values.every((value) => fits(type, value)))
      throw failed('The endpoint answered an output whose data is not of its shape and type.');
    return {
      name,
      type,
      dims: shape as number[],
      data: tensorData(
        type,
        values.map((value) => value ?? NaN),
      ),
    };
  });
}

function fits(type: TensorType, value: unknown): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type.startsWith('float')) return typeof value === 'number' || value === null;
  return Number.isSafeInteger(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failed('The endpoint answered what is no JSON.');
  }
}
