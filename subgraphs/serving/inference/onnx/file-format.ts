/** The number of leading bytes from which the format of a file is recognized. */
export const HEAD_BYTES = 4096;

const ADVICE_SKLEARN = 'Export the model to ONNX: for scikit-learn with skl2onnx.to_onnx(model, X).';
const ADVICE_TORCH = 'Export the model to ONNX with torch.onnx.export(model, args, "model.onnx").';
const ADVICE_KERAS = 'Export the model to ONNX with model.export("model.onnx", format="onnx"), or with tf2onnx.';
const RUNS_CODE = 'which runs code when it is loaded. Such files are never opened.';

/**
 * Recognizes a file of another format by its first HEAD_BYTES bytes. Returns the error, with advice on how to convert the file to
 * ONNX, or null if the file may be ONNX.
 */
export function unsupportedFormatProblem(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = bytes.toString('latin1');
  if (bytes.length === 0) return 'This file is empty. Send the ONNX file again.';
  if (isPickle(bytes, text)) {
    if (text.includes('joblib')) return `This is a joblib pickle, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
    if (bytes[2] === 0x8a && bytes[3] === 0x0a) return `This is a PyTorch pickle, ${RUNS_CODE} ${ADVICE_TORCH}`;
    return `This is a pickle, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
  }
  if (text.startsWith('PK\x03\x04')) return archiveProblem(text);
  if (text.startsWith('\x89HDF\r\n\x1a\n')) return `This is an HDF5 file, as written by Keras. ${ADVICE_KERAS}`;
  if (text.startsWith('GGUF'))
    return 'This is a GGUF file. Run it on a model server of your own and create a deployment with the endpointUrl of that server.';
  if (isSafetensors(bytes, text)) return `This is a safetensors file: it holds weights, but not the model. ${ADVICE_TORCH}`;
  if (text.slice(4, 8) === 'TFL3') return `This is a TensorFlow Lite file. ${ADVICE_KERAS}`;
  if (isCompressed(bytes, text)) return `This is a compressed file, such as a compressed joblib pickle, ${RUNS_CODE} ${ADVICE_SKLEARN}`;
  if (/^\s*[{[<]/.test(text)) return 'This is a text file, not an ONNX file. Convert a model of XGBoost or LightGBM with onnxmltools.';
  return null;
}

/** True for a pickle: protocol 2 and later start with the PROTO opcode; protocols 0 and 1 start with a tuple, list, dict or global. */
const isPickle = (bytes: Buffer, text: string): boolean =>
  (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 10) || /^(\(?c[\w.]+\n[\w.]+\n|\((lp|dp|i[\w.]+\n)|[\]}](q|\.))/.test(text);

function archiveProblem(text: string): string {
  if (/data\.pkl|\/version|\.data\//.test(text)) return `This is a PyTorch archive that contains a pickle, ${RUNS_CODE} ${ADVICE_TORCH}`;
  if (/config\.json|metadata\.json|\.weights\.h5/.test(text)) return `This is a Keras archive. ${ADVICE_KERAS}`;
  return 'This is a ZIP archive. Send the ONNX file that it contains.';
}

/** True for a safetensors file: an 8-byte header length, followed by a JSON object. */
const isSafetensors = (bytes: Buffer, text: string): boolean =>
  bytes.length > 9 && text[8] === '{' && bytes.readBigUInt64LE(0) < 100_000_000n && /^\{\s*("|\})/.test(text.slice(8));

const isCompressed = (bytes: Buffer, text: string): boolean =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b) ||
  (bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0) ||
  text.startsWith('BZh') ||
  text.startsWith('\xfd7zXZ\0') ||
  text.startsWith('\x04"M\x18') ||
  text.startsWith('\x28\xb5\x2f\xfd');
