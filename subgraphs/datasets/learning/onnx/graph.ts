import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
} from 'onnx-buf';

/** The value of an operator's attribute. The key is its type. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] };

/** The symbolic dimension of the rows of a batch, whose number is known at run time only. */
export const ROWS = 'rows';

const ML = 'ai.onnx.ml';
/** The versions of the operator sets: old enough for ONNX Runtime 1.12 (2022) and later. */
const OPERATOR_SETS = [
  { domain: '', version: 17n },
  { domain: ML, version: 3n },
];
const IR_VERSION = 8n;

/** Builds an ONNX graph. Tensors are identified by name; the names of intermediate tensors never equal the name of a feature. */
export class Graph {
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  readonly #tensors: MessageInitShape<typeof TensorProtoSchema>[] = [];
  readonly #inputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  readonly #outputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  readonly #taken: Set<string>;

  /** @param reserved the names of all inputs and outputs, which intermediate tensors must not have */
  constructor(reserved: Iterable<string>) {
    this.#taken = new Set(reserved);
  }

  input(name: string, kind: 'number' | 'text'): string {
    this.#inputs.push(valueInfo(name, kind === 'number' ? DataType.FLOAT : DataType.STRING, [ROWS, 1]));
    return name;
  }

  output(name: string, kind: 'number' | 'text', shape: readonly (string | number)[]): void {
    this.#outputs.push(valueInfo(name, kind === 'number' ? DataType.FLOAT : DataType.STRING, shape));
  }

  floats(values: ArrayLike<number>, dims: readonly number[]): string {
    return this.#tensor({ dataType: DataType.FLOAT, floatData: Array.from(values), dims: dims.map(BigInt) });
  }

  integers(values: readonly number[], dims: readonly number[]): string {
    return this.#tensor({ dataType: DataType.INT64, int64Data: values.map(BigInt), dims: dims.map(BigInt) });
  }

  texts(values: readonly string[]): string {
    const stringData = values.map((value) => new TextEncoder().encode(value));
    return this.#tensor({ dataType: DataType.STRING, stringData, dims: [BigInt(values.length)] });
  }

  /** Adds an operator and returns the name of its output: the given name, or a new one. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = this.#name(opType),
  ): string {
    this.#nodes.push({ opType, input: [...inputs], output: [output], attribute: attributesOf(attributes) });
    return output;
  }

  /** Adds an operator of the domain ai.onnx.ml and returns the name of its output. */
  mlNode(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): string {
    const output = this.#name(opType);
    this.#nodes.push({ domain: ML, opType, input: [...inputs], output: [output], attribute: attributesOf(attributes) });
    return output;
  }

  /** Returns the model as the bytes of an ONNX file. */
  toBytes(metadata: Readonly<Record<string, string>>): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: OPERATOR_SETS,
      producerName: 'ml-platform-graph',
      graph: { name: 'model', node: this.#nodes, initializer: this.#tensors, input: this.#inputs, output: this.#outputs },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return toBinary(ModelProtoSchema, model);
  }

  #tensor(tensor: MessageInitShape<typeof TensorProtoSchema>): string {
    const name = this.#name('constant');
    this.#tensors.push(create(TensorProtoSchema, { ...tensor, name }));
    return name;
  }

  #name(stem: string): string {
    for (let number = this.#taken.size; ; number += 1) {
      const name = `${stem}_${number}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}

function attributesOf(attributes: Readonly<Record<string, Attribute>>): MessageInitShape<typeof AttributeProtoSchema>[] {
  return Object.entries(attributes).map(([name, attribute]) => {
    if ('int' in attribute) return { name, type: AttributeType.INT, i: BigInt(attribute.int) };
    if ('ints' in attribute) return { name, type: AttributeType.INTS, ints: attribute.ints.map(BigInt) };
    if ('floats' in attribute) return { name, type: AttributeType.FLOATS, floats: [...attribute.floats] };
    const bytes = (text: string) => new TextEncoder().encode(text);
    if ('text' in attribute) return { name, type: AttributeType.STRING, s: bytes(attribute.text) };
    return { name, type: AttributeType.STRINGS, strings: attribute.texts.map(bytes) };
  });
}

function valueInfo(name: string, elemType: DataType, shape: readonly (string | number)[]) {
  const dim = shape.map((size) => ({
    value: typeof size === 'string' ? { case: 'dimParam' as const, value: size } : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } });
}
