import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import type { WeightTensor } from './safetensors.js';

/** The sizes of a BERT encoder, by the names of Hugging Face's `config.json`. */
export interface EncoderConfig {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly layer_norm_eps: number;
}

/** The operators of ONNX Runtime that compute a whole block of a transformer at once. */
const FUSED = 'com.microsoft';
const OPERATOR_SETS = [
  { domain: '', version: 17n },
  { domain: FUSED, version: 1n },
];

/**
 * Builds an ONNX model of a BERT sentence encoder. Inputs: `input_ids` and `attention_mask`, int32 of the shape [texts, tokens].
 * Output: `embeddings`, float32 of the shape [texts, hidden_size], the mean of the token vectors (mean pooling) with length 1.
 * @param weights the tensors of a `BertModel` by the names of Hugging Face's transformers.
 */
export function encoderGraph(weights: ReadonlyMap<string, WeightTensor>, config: EncoderConfig): Uint8Array {
  const graph = new EncoderGraph(weights, config);
  return graph.build();
}

class EncoderGraph {
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  readonly #tensors: MessageInitShape<typeof TensorProtoSchema>[] = [];

  constructor(
    private readonly weights: ReadonlyMap<string, WeightTensor>,
    private readonly config: EncoderConfig,
  ) {}

  build(): Uint8Array {
    let hidden = this.#embed();
    for (let layer = 0; layer < this.config.num_hidden_layers; layer++) hidden = this.#layer(`encoder.layer.${layer}`, hidden);
    this.#pool(hidden);
    return this.#encode();
  }

  /** Adds the sum of word, position and token type embeddings. All tokens are of type 0, so its vector is added to the positions. */
  #embed(): string {
    const positions = this.#values('embeddings.position_embeddings.weight').slice();
    const type = this.#values('embeddings.token_type_embeddings.weight');
    const size = this.config.hidden_size;
    for (let index = 0; index < positions.length; index++) positions[index]! += type[index % size]!;
    const inputs = [
      'input_ids',
      '',
      this.#weight('embeddings.word_embeddings.weight'),
      this.#tensor('positions', positions, [positions.length / size, size]),
      '',
      this.#weight('embeddings.LayerNorm.weight'),
      this.#weight('embeddings.LayerNorm.bias'),
    ];
    return this.#fused('EmbedLayerNormalization', inputs, [this.#epsilon()], ['mask_index']); // It must have this second output.
  }

  #layer(name: string, input: string): string {
    const size = this.config.hidden_size;
    const parts = ['query', 'key', 'value'].map((part) => `${name}.attention.self.${part}`);
    const weight = concatColumns(
      parts.map((part) => transpose(this.#values(`${part}.weight`), size, size)),
      size,
    );
    const bias = Float32Array.from(parts.flatMap((part) => [...this.#values(`${part}.bias`)]));
    const attention = this.#fused(
      'Attention',
      [
        input,
        this.#tensor(`${name}.qkv.weight`, weight, [size, 3 * size]),
        this.#tensor(`${name}.qkv.bias`, bias, [3 * size]),
        'attention_mask',
      ],
      [{ name: 'num_heads', type: AttributeType.INT, i: BigInt(this.config.num_attention_heads) }],
    );
    const attended = this.#addAndNormalize(`${name}.attention.output`, this.#multiply(attention, `${name}.attention.output.dense`), input);
    const wide = this.#multiply(attended, `${name}.intermediate.dense`);
    const activated = this.#fused('BiasGelu', [wide, this.#weight(`${name}.intermediate.dense.bias`)]);
    return this.#addAndNormalize(`${name}.output`, this.#multiply(activated, `${name}.output.dense`), attended);
  }

  #addAndNormalize(name: string, input: string, residual: string): string {
    const inputs = [
      input,
      residual,
      ...['LayerNorm.weight', 'LayerNorm.bias', 'dense.bias'].map((part) => this.#weight(`${name}.${part}`)),
    ];
    return this.#fused('SkipLayerNormalization', inputs, [this.#epsilon()]);
  }

  /** Adds a multiplication by the weights of a linear layer, without its bias. */
  #multiply(input: string, layer: string): string {
    const { shape, values } = this.weights.get(`${layer}.weight`)!;
    const [rows, columns] = shape as [number, number];
    return this.#node('MatMul', [input, this.#tensor(`${layer}.weight`, transpose(values, rows, columns), [columns, rows])]);
  }

  /** Adds mean pooling and normalization. The sum has the direction of the mean, so it needs no division before it is normalized. */
  #pool(hidden: string): void {
    const mask = this.#node('Cast', ['attention_mask'], [{ name: 'to', type: AttributeType.INT, i: BigInt(DataType.FLOAT) }]);
    const row = this.#node('Unsqueeze', [mask, this.#integers('one', [1n])]);
    const sum = this.#node('Squeeze', [this.#node('MatMul', [row, hidden]), 'one']);
    this.#node(
      'LpNormalization',
      [sum],
      [
        { name: 'axis', type: AttributeType.INT, i: -1n },
        { name: 'p', type: AttributeType.INT, i: 2n },
      ],
      'embeddings',
    );
  }

  #epsilon(): MessageInitShape<typeof AttributeProtoSchema> {
    return { name: 'epsilon', type: AttributeType.FLOAT, f: this.config.layer_norm_eps };
  }

  #values(name: string): Float32Array {
    const tensor = this.weights.get(name);
    if (!tensor) throw new Error(`The model has no tensor ${name}.`);
    return tensor.values;
  }

  #weight(name: string): string {
    return this.#tensor(name, this.#values(name), this.weights.get(name)!.shape);
  }

  #tensor(name: string, values: Float32Array, shape: readonly number[]): string {
    const rawData = Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.#tensors.push({ name, dataType: DataType.FLOAT, dims: shape.map(BigInt), rawData });
    return name;
  }

  #integers(name: string, int64Data: bigint[]): string {
    this.#tensors.push({ name, dataType: DataType.INT64, dims: [BigInt(int64Data.length)], int64Data });
    return name;
  }

  /** Adds a fused operator and returns the name of its first output. */
  #fused(
    opType: string,
    input: string[],
    attribute: MessageInitShape<typeof AttributeProtoSchema>[] = [],
    furtherOutputs: readonly string[] = [],
  ): string {
    const output = `${opType}_${this.#nodes.length}`;
    this.#nodes.push({ domain: FUSED, opType, input, output: [output, ...furtherOutputs], attribute });
    return output;
  }

  #node(
    opType: string,
    input: string[],
    attribute: MessageInitShape<typeof AttributeProtoSchema>[] = [],
    output = `${opType}_${this.#nodes.length}`,
  ): string {
    this.#nodes.push({ opType, input, output: [output], attribute });
    return output;
  }

  #encode(): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: OPERATOR_SETS,
      graph: {
        name: 'sentence-encoder',
        node: this.#nodes,
        initializer: this.#tensors,
        input: ['input_ids', 'attention_mask'].map((name) => valueInfo(name, DataType.INT32, ['texts', 'tokens'])),
        output: [valueInfo('embeddings', DataType.FLOAT, ['texts', this.config.hidden_size])],
      },
    });
    return toBinary(ModelProtoSchema, model);
  }
}

function valueInfo(name: string, elemType: DataType, shape: readonly (string | number)[]): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) =>
    typeof size === 'string'
      ? { value: { case: 'dimParam' as const, value: size } }
      : { value: { case: 'dimValue' as const, value: BigInt(size) } },
  );
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}

/** Returns a matrix of rows x columns as one of columns x rows. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) transposed[column * rows + row] = values[row * columns + column]!;
  return transposed;
}

/** Returns square matrices of one size side by side. */
function concatColumns(matrices: readonly Float32Array[], size: number): Float32Array {
  const joined = new Float32Array(size * size * matrices.length);
  for (const [position, matrix] of matrices.entries())
    for (let row = 0; row < size; row++)
      joined.set(matrix.subarray(row * size, (row + 1) * size), (row * matrices.length + position) * size);
  return joined;
}
