import {
  TensorProto_DataLocation as DataLocation,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
} from 'onnx-buf';
import { OPERATORS } from './operators.js';

const MAX_NODES = 50_000;
const MAX_TENSORS = 50_000;
/** Graphs within graphs: the branches of an If, the body of a Loop. */
const MAX_DEPTH = 8;

/**
 * Why a model is not even handed to the runtime; null where nothing speaks against it. It walks everything that a file can
 * hold, used or not: the runtime reads what it likes.
 */
export function graphProblem({ graph, functions, trainingInfo }: ModelProto): string | null {
  if (!graph) return 'This ONNX file has no graph.';
  if (functions.length > 0) return 'The model has functions of its own. Inline them first, with onnx.inliner.inline_local_functions.';
  if (trainingInfo.length > 0) return 'The model has graphs for training. Export it for inference.';
  return new Walk().graph(graph, 0);
}

class Walk {
  #nodes = 0;
  #tensors = 0;

  graph(graph: GraphProto, depth: number): string | null {
    if (depth > MAX_DEPTH) return `The model has graphs within graphs, more than ${MAX_DEPTH} deep.`;
    return (
      first(graph.initializer, (tensor) => this.#tensor(tensor)) ??
      first(graph.sparseInitializer, (tensor) => this.#sparse(tensor)) ??
      first(graph.node, (node) => this.#node(node, depth))
    );
  }

  #node({ domain, opType, attribute }: NodeProto, depth: number): string | null {
    if (++this.#nodes > MAX_NODES) return `The model has more than ${MAX_NODES} operators.`;
    const known = OPERATORS.get(domain);
    if (!known) return `The model needs operators of "${shown(domain)}". Only those of ai.onnx and ai.onnx.ml are run here.`;
    if (!known.has(opType)) return `The model needs the operator "${shown(opType)}", which is not one of the standard.`;
    return first(attribute, (one) => this.#attribute(one, depth));
  }

  #attribute({ t, tensors, sparseTensor, sparseTensors, g, graphs }: AttributeProto, depth: number): string | null {
    return (
      first(t ? [t, ...tensors] : tensors, (tensor) => this.#tensor(tensor)) ??
      first(sparseTensor ? [sparseTensor, ...sparseTensors] : sparseTensors, (tensor) => this.#sparse(tensor)) ??
      first(g ? [g, ...graphs] : graphs, (graph) => this.graph(graph, depth + 1))
    );
  }

  #sparse({ values, indices }: SparseTensorProto): string | null {
    return first(
      [values, indices].filter((tensor) => tensor !== undefined),
      (tensor) => this.#tensor(tensor),
    );
  }

  #tensor({ dataLocation, externalData }: TensorProto): string | null {
    if (++this.#tensors > MAX_TENSORS) return `The model has more than ${MAX_TENSORS} tensors.`;
    if (dataLocation === DataLocation.DEFAULT && externalData.length === 0) return null;
    return 'The model keeps data in other files. Save it as one: onnx.save_model(model, path, save_as_external_data=False).';
  }
}

function first<Item>(items: readonly Item[], problem: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}

/** A name from a file, as far as a person reads it. */
const shown = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
