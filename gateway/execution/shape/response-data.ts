/** What stands before and behind the data in a response that is nothing but data. */
export const BEFORE_DATA = Buffer.from('{"data":');
export const BEHIND_DATA = Buffer.from('}');

/** The data of a response, as the JSON that is sent. */
export class ResponseData {
  /** @param response the JSON of a response without errors. */
  constructor(readonly response: Buffer) {}

  /** The JSON of the data alone. */
  get json(): Buffer {
    return this.response.subarray(BEFORE_DATA.length, -BEHIND_DATA.length);
  }

  /** What others than our own route see who print it. */
  toJSON(): unknown {
    return JSON.parse(this.json.toString());
  }
}
