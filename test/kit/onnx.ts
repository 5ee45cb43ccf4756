import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';

type Init<Schema extends Parameters<typeof create>[0]> = MessageInitShape<Schema>;
export type NodeInit = Init<typeof NodeProtoSchema>;
export type TensorInit = Init<typeof TensorProtoSchema>;
export type GraphInit = Init<typeof GraphProtoSchema>;

/** An input or output of a graph. Dimensions are sizes, or names for sizes that are known at run time. */
export const value = (name: string, dims: readonly (number | string)[], elemType = DataType.FLOAT): Init<typeof ValueInfoProtoSchema> => ({
  name,
  type: { value: { case: 'tensorType', value: { elemType, shape: { dim: dims.map(dimension) } } } },
});

const dimension = (size: number | string) => ({
  value: typeof size === 'number' ? { case: 'dimValue' as const, value: BigInt(size) } : { case: 'dimParam' as const, value: size },
});

export const node = (opType: string, input: string[], output: string[], attribute: Init<typeof AttributeProtoSchema>[] = []): NodeInit => ({
  opType,
  input,
  output,
  attribute,
});
export const int = (name: string, i: number): Init<typeof AttributeProtoSchema> => ({ name, type: AttributeType.INT, i: BigInt(i) });
export const graphOf = (name: string, g: GraphInit): Init<typeof AttributeProtoSchema> => ({ name, type: AttributeType.GRAPH, g });
export const floats = (name: string, floatData: number[], dims: number[]): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  floatData,
  dims: dims.map(BigInt),
});
export const texts = (name: string, values: string[]): TensorInit => ({
  name,
  dataType: DataType.STRING,
  stringData: values.map((text) => new TextEncoder().encode(text)),
  dims: [BigInt(values.length)],
});
export const integers = (name: string, values: number[]): TensorInit => ({
  name,
  dataType: DataType.INT64,
  int64Data: values.map(BigInt),
  dims: [BigInt(values.length)],
});

/** Returns the ONNX file of a graph. */
export const onnx = (graph: GraphInit, rest: Init<typeof ModelProtoSchema> = {}): Uint8Array =>
  toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        { domain: '', version: 17n },
        { domain: 'ai.onnx.ml', version: 3n },
      ],
      ...rest,
      graph: create(GraphProtoSchema, { name: 'graph', ...graph }),
    }),
  );

/** Returns a regression over columns: `prediction` is their sum times a factor. */
export const sumModel = (columns: string[], factor = 1): Uint8Array =>
  onnx({
    input: columns.map((column) => value(column, ['rows', 1])),
    initializer: [floats('factor', [factor], [1])],
    node: [node('Sum', columns, ['sum']), node('Mul', ['sum', 'factor'], ['prediction'])],
    output: [value('prediction', ['rows', 1])],
  });

/** Returns a classifier over columns x and y: "left" if x is larger, "right" if y is. The confidence grows with the difference. */
export const sideModel = (classes = ['left', 'right']): Uint8Array =>
  onnx(
    {
      input: [value('x', ['rows', 1]), value('y', ['rows', 1])],
      initializer: [texts('classes', classes)],
      node: [
        node('Concat', ['x', 'y'], ['scores'], [int('axis', 1)]),
        node('Softmax', ['scores'], ['probabilities'], [int('axis', 1)]),
        node('ArgMax', ['scores'], ['best'], [int('axis', 1), int('keepdims', 0)]),
        node('Gather', ['classes', 'best'], ['label'], [int('axis', 0)]),
      ],
      output: [value('label', ['rows'], DataType.STRING), value('probabilities', ['rows', classes.length])],
    },
    { metadataProps: [{ key: 'classes', value: JSON.stringify(classes) }] },
  );

/**
 * Returns a model that counts up to `times` in a loop before it predicts.
 */
export const loopModel = (times: number): Uint8Array =>
  onnx({
    input: [value('x', ['rows', 1])],
    initializer: [
      { name: 'times', dataType: DataType.INT64, int64Data: [BigInt(times)], dims: [] },
      { name: 'go', dataType: DataType.BOOL, int32Data: [1], dims: [] },
    ],
    node: [
      node(
        'Loop',
        ['times', 'go', 'x'],
        ['prediction'],
        [
          graphOf('body', {
            name: 'body',
            input: [value('i', [], DataType.INT64), value('before', [], DataType.BOOL), value('sum', ['rows', 1])],
            node: [node('Identity', ['before'], ['after']), node('Cos', ['sum'], ['next'])],
            output: [value('after', [], DataType.BOOL), value('next', ['rows', 1])],
          }),
        ],
      ),
    ],
    output: [value('prediction', ['rows', 1])],
  });

/** Returns a model that outputs as many numbers as its input says, to exhaust the memory. */
export const memoryModel = (): Uint8Array =>
  onnx({
    input: [value('size', [1], DataType.INT64)],
    initializer: [],
    node: [
      node(
        'ConstantOfShape',
        ['size'],
        ['ones'],
        [{ name: 'value', type: AttributeType.TENSOR, t: { dataType: DataType.FLOAT, floatData: [1], dims: [1n] } }],
      ),
      node('Cos', ['ones'], ['filled']),
      node('ReduceSum', ['filled'], ['prediction'], [int('keepdims', 1)]),
    ],
    output: [value('prediction', [1])],
  });

export { DataType };
