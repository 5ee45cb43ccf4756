/** How many bytes from the start of a file tell what it is. */
export const HEAD_BYTES = 4096;

const ADVICE_SKLEARN = 'Export the model to ONNX: for scikit-learn with skl2onnx.to_onnx(model, X).';
const ADVICE_TORCH = 'Export the model to ONNX with torch.onnx.export(model, args, "model.onnx").';
const ADVICE_KERAS = 'Export the model to ONNX with model.export("model.onnx", format="onnx"), or with tf2onnx.';
const RUNS_CODE = 'which runs code when it is loaded, and so is never opened here.';

/**
 * Why a file of another format is refused, by its first bytes (HEAD_BYTES of them, or all), and how to make an ONNX file of
 * it; null for one that may be ONNX.
 */
export function foreignFormat(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = bytes.toString('latin1');
  if (bytes.length === 0) return 'This file is empty.';
  if (isPickle(bytes, text)) {
    if (text.includes('joblib')) return `This is a pickle of joblib, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
    if (bytes[2] === 0x8a && bytes[3] === 0x0a) return `This is a pickle of PyTorch, ${RUNS_CODE} ${ADVICE_TORCH}`;
    return `This is a pickle, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
  }
  if (text.startsWith('PK\x03\x04')) return archive(text);
  if (text.startsWith('\x89HDF\r\n\x1a\n')) return `This is an HDF5 file, as Keras writes. ${ADVICE_KERAS}`;
  if (text.startsWith('GGUF')) return 'This is a GGUF file. Serve it with a server of its own, and make a deployment with its endpointUrl.';
  if (isSafetensors(bytes, text)) return `This is a safetensors file: weights without the model that they belong to. ${ADVICE_TORCH}`;
  if (text.slice(4, 8) === 'TFL3') return `This is a TensorFlow Lite file. ${ADVICE_KERAS}`;
  if (isCompressed(bytes, text)) return `This is a compressed file, as joblib writes pickles, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
  if (/^\s*[{[<]/.test(text)) return 'This is a text and no ONNX file. A model of XGBoost or LightGBM becomes ONNX with onnxmltools.';
  return null;
}

/** Protocol 2 and later begin with an opcode of their own; 0 and 1 begin like an object, a list or a reference to code. */
const isPickle = (bytes: Buffer, text: string): boolean =>
  (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 10) || /^(\(?c[\w.]+\n[\w.]+\n|\((lp|dp|i[\w.]+\n)|[\]}](q|\.))/.test(text);

function archive(text: string): string {
  if (/data\.pkl|\/version|\.data\//.test(text)) return `This is an archive of PyTorch with a pickle in it, ${RUNS_CODE} ${ADVICE_TORCH}`;
  if (/config\.json|metadata\.json|\.weights\.h5/.test(text)) return `This is an archive of Keras. ${ADVICE_KERAS}`;
  return 'This is a ZIP archive. Send the ONNX file itself.';
}

/** A length of eight bytes and a JSON object of that length. */
const isSafetensors = (bytes: Buffer, text: string): boolean =>
  bytes.length > 9 && text[8] === '{' && bytes.readBigUInt64LE(0) < 100_000_000n && /^\{\s*("|\})/.test(text.slice(8));

const isCompressed = (bytes: Buffer, text: string): boolean =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b) ||
  (bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0) ||
  text.startsWith('BZh') ||
  text.startsWith('\xfd7zXZ\0') ||
  text.startsWith('\x04"M\x18') ||
  text.startsWith('\x28\xb5\x2f\xfd');
