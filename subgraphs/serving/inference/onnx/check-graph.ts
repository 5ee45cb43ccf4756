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
/** The nesting limit of subgraphs, such as the branches of an If and the body of a Loop. */
const MAX_DEPTH = 8;

/**
 * Returns the reason why a model is refused before the runtime opens it, or null. It checks every node and tensor of the file,
 * even those that no output needs, because the runtime may read them too.
 */
export function graphProblem({ graph, functions, trainingInfo }: ModelProto): string | null {
  if (!graph) return 'This ONNX file has no graph. Export the whole model.';
  if (functions.length > 0)
    return 'The model defines its own functions, which are not supported. Inline them with onnx.inliner.inline_local_functions(model).';
  if (trainingInfo.length > 0) return 'The model contains training graphs. Export it for inference.';
  return new GraphChecker().graph(graph, 0);
}

class GraphChecker {
  #nodes = 0;
  #tensors = 0;

  graph(graph: GraphProto, depth: number): string | null {
    if (depth > MAX_DEPTH) return `The model nests graphs within graphs more than ${MAX_DEPTH} levels deep.`;
    return (
      firstProblem(graph.initializer, (tensor) => this.#tensor(tensor)) ??
      firstProblem(graph.sparseInitializer, (tensor) => this.#sparse(tensor)) ??
      firstProblem(graph.node, (node) => this.#node(node, depth))
    );
  }

  #node({ domain, opType, attribute }: NodeProto, depth: number): string | null {
    if (++this.#nodes > MAX_NODES) return `The model has more than ${MAX_NODES} operators. Use a smaller model.`;
    const operators = OPERATORS.get(domain);
    if (!operators)
      return `The model uses operators of the domain "${printableName(domain)}". Only those of ai.onnx and ai.onnx.ml are supported.`;
    if (!operators.has(opType)) return `The model uses the operator "${printableName(opType)}", which is not part of the ONNX standard.`;
    return firstProblem(attribute, (value) => this.#attribute(value, depth));
  }

  #attribute({ t, tensors, sparseTensor, sparseTensors, g, graphs }: AttributeProto, depth: number): string | null {
    return (
      firstProblem(t ? [t, ...tensors] : tensors, (tensor) => this.#tensor(tensor)) ??
      firstProblem(sparseTensor ? [sparseTensor, ...sparseTensors] : sparseTensors, (tensor) => this.#sparse(tensor)) ??
      firstProblem(g ? [g, ...graphs] : graphs, (graph) => this.graph(graph, depth + 1))
    );
  }

  #sparse({ values, indices }: SparseTensorProto): string | null {
    return firstProblem(
      [values, indices].filter((tensor) => tensor !== undefined),
      (tensor) => this.#tensor(tensor),
    );
  }

  #tensor({ dataLocation, externalData }: TensorProto): string | null {
    if (++this.#tensors > MAX_TENSORS) return `The model has more than ${MAX_TENSORS} tensors. Use a smaller model.`;
    if (dataLocation === DataLocation.DEFAULT && externalData.length === 0) return null;
    return 'The model stores data in other files. Save it as one file: onnx.save_model(model, path, save_as_external_data=False).';
  }
}

function firstProblem<Item>(items: readonly Item[], check: (item: Item) => string | null): string | null {
  for (const item of items) {
    const problem = check(item);
    if (problem !== null) return problem;
  }
  return null;
}

/** Returns the name from a file in printable ASCII, at most 60 characters. */
const printableName = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
