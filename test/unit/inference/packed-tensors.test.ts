import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { packTensors, unpackTensors } from '../../../subgraphs/serving/inference/packed-tensors.js';
import { TENSOR_TYPES } from '../../../subgraphs/serving/inference/signature.js';
import { tensorData, type Tensor } from '../../../subgraphs/serving/inference/tensor.js';

const tensor = fc
  .record({ name: fc.string(), type: fc.constantFrom(...TENSOR_TYPES), dims: fc.array(fc.nat(3), { maxLength: 3 }) })
  .chain(({ name, type, dims }) => {
    const size = dims.reduce((product, one) => product * one, 1);
    const value: fc.Arbitrary<unknown> = type === 'string' ? fc.string() : type.startsWith('float') ? fc.double() : fc.nat(100);
    return fc
      .array(value, { minLength: size, maxLength: size })
      .map((values): Tensor => ({ name, type, dims, data: tensorData(type, values) }));
  });

it('tensors are unpacked from a message unchanged', () => {
  fc.assert(
    fc.property(fc.array(tensor, { maxLength: 12 }), (tensors) => {
      const names = tensors.map(({ name }) => name);
      expect(unpackTensors(names, deserialize(serialize(packTensors(tensors))))).toEqual(tensors);
    }),
  );
});

it('tensors that are parts of larger arrays are packed without the rest', () => {
  const whole = Float64Array.from({ length: 100 }, (_, index) => index);
  const part: Tensor = { name: 'x', type: 'float64', dims: [2], data: whole.subarray(40, 42) };
  expect(packTensors([part]).bytes).toHaveLength(16);
  expect(unpackTensors(['x'], packTensors([part]))[0]!.data).toEqual(Float64Array.of(40, 41));
});
