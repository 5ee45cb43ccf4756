import { Agent } from 'undici';
import { InferenceFault } from './inference-fault.js';
import { TENSOR_TYPES, type TensorType } from './signature.js';
import { tensorData, type Tensor } from './tensor.js';

const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
const CONNECTIONS = 16;

/** The data types of the Open Inference Protocol, in the order of TENSOR_TYPES. */
const DATATYPES = ['FP32', 'FP64', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'BOOL', 'BYTES'];
const datatypeOf = (type: TensorType): string => DATATYPES[TENSOR_TYPES.indexOf(type)]!;

/**
 * Calls external model servers, such as KServe and Triton, by the Open Inference Protocol v2 with tensors as JSON
 * (https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol). It calls only the origins that the operator
 * allows and follows no redirects, so a URL that a user enters cannot reach any other host.
 */
export class EndpointClient {
  readonly #allowed: ReadonlySet<string>;
  readonly #agent = new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });

  constructor(allowedOrigins: readonly string[]) {
    this.#allowed = new Set(allowedOrigins);
  }

  /** True if the operator allows the URL's origin. */
  allows(endpointUrl: string): boolean {
    return this.#allowed.has(new URL(endpointUrl).origin);
  }

  /** Runs the model of this name at the endpoint. `deadline` is in ms since the epoch. Throws InferenceFault. */
  async infer(endpointUrl: string, modelName: string, feeds: readonly Tensor[], deadline: number): Promise<Tensor[]> {
    const { origin, pathname } = new URL(endpointUrl);
    if (!this.#allowed.has(origin))
      throw new InferenceFault(
        'ENDPOINT_UNAVAILABLE',
        'The origin of the endpoint is not allowed. Ask the operator of this platform to allow it.',
      );
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
        throw endpointFailed(`The endpoint responded with the HTTP status ${statusCode}.`);
      }
      return parseOutputs(await readText(body));
    } catch (error) {
      if (error instanceof InferenceFault) throw error;
      if (signal.aborted) throw new InferenceFault('TIMEOUT', 'The endpoint did not respond within the time limit. Try again later.');
      throw new InferenceFault('ENDPOINT_UNAVAILABLE', 'The endpoint could not be reached. Check its URL and try again later.');
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

const endpointFailed = (message: string) => new InferenceFault('ENDPOINT_FAILED', message);

/** Converts the data of a tensor to JSON values. NaN and infinity become null when they are serialized. */
function jsonData(type: TensorType, data: Tensor['data']): unknown[] {
  if (type === 'bool') return Array.from(data as Uint8Array, (value) => value === 1);
  return Array.from(data as ArrayLike<unknown>, (value) => (typeof value === 'bigint' ? Number(value) : value));
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_RESPONSE_BYTES) throw endpointFailed(`The response of the endpoint is larger than ${MAX_RESPONSE_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseOutputs(text: string): Tensor[] {
  const response = parseJson(text) as { outputs?: unknown } | null;
  if (!Array.isArray(response?.outputs) || response.outputs.length === 0)
    throw endpointFailed('The response of the endpoint has no outputs.');
  return response.outputs.map((output: unknown) => {
    const { name, datatype, shape, data } = (output ?? {}) as { name?: unknown; datatype?: unknown; shape?: unknown; data?: unknown };
    const type = TENSOR_TYPES[DATATYPES.indexOf(String(datatype))];
    const isShape = Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (typeof name !== 'string' || !type || !isShape || !Array.isArray(data))
      throw endpointFailed('The response of the endpoint has an output without a valid name, datatype, shape or data.');
    const values = data.flat(8) as unknown[];
    if (
      values.length !== (shape as number[]).reduce((product, size) => product * size, 1) ||
      !values.every((value) => isValueOfType(type, value))
    )
      throw endpointFailed('The response of the endpoint has an output whose data does not match its shape or datatype.');
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

function isValueOfType(type: TensorType, value: unknown): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type.startsWith('float')) return typeof value === 'number' || value === null;
  return Number.isSafeInteger(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw endpointFailed('The response of the endpoint is not JSON.');
  }
}
