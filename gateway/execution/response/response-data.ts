import { parseJson } from '../../json.js';

/** The JSON before and after the data in a response without errors. */
export const DATA_PREFIX = Buffer.from('{"data":');
export const DATA_SUFFIX = Buffer.from('}');

/** The data of a response, serialized as JSON. */
export class ResponseData {
  /** @param response the JSON of the response without errors: the data with prefix and suffix. */
  constructor(readonly response: Buffer) {}

  /** The JSON of the data. */
  get json(): Buffer {
    return this.response.subarray(DATA_PREFIX.length, -DATA_SUFFIX.length);
  }

  /** Lets `JSON.stringify` serialize a response, for callers that do not use the JSON directly. */
  toJSON(): unknown {
    return parseJson(this.json.toString());
  }
}
