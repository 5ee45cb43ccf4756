import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { variableReference, variableValue, type VariableReference, type VariableValues } from './argument-value.js';
import type { CostModel, FieldCost } from './cost-model.js';
import { argumentsCost, argumentsCostIn, type ArgumentsCost } from './input-cost.js';
import { listSize, sizeIn, type ListSize } from './list-size.js';

/** The largest cost that is told apart. It keeps products and sums of huge page sizes finite. */
const MAX_COST = Number.MAX_SAFE_INTEGER;

/** A condition of a `@skip` or `@include`: the variable must have this value. */
interface Condition {
  variable: VariableReference;
  expected: boolean;
}

/** A field, a fragment, or a spread of one. Spreads of a fragment share its node, so the tree is as large as the document. */
export interface CostNode {
  /** The response key of a field; null for a fragment. */
  responseKey: string | null;
  size: ListSize;
  /** The cost of one element, without its fields. */
  weight: ArgumentsCost;
  conditions: readonly Condition[];
  children: readonly CostNode[];
}

/** Returns the cost of a node, given the summed cost of its children. */
export function costOfNode({ size, weight, conditions }: CostNode, childrenCost: number, variables: VariableValues): number {
  for (const { variable, expected } of conditions) if (variableValue(variable, variables) === !expected) return 0;
  return Math.min(sizeIn(size, variables) * (argumentsCostIn(weight, variables) + childrenCost), MAX_COST);
}

/** True if the cost of a node without its children depends on variables. */
export const hasVariables = ({ size, weight, conditions }: CostNode): boolean =>
  typeof size !== 'number' || typeof weight !== 'number' || conditions.length > 0;

/** The size that a field with `sizedFields` gives the fields below it. */
interface InheritedSize {
  fields: ReadonlySet<string>;
  size: ListSize;
}

/** Builds the tree of an operation that is valid under the model's schema. */
export function costTree(
  model: CostModel,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: GraphQLCompositeType,
): CostNode {
  const builder = new CostTreeBuilder(model, document, operation);
  return { responseKey: null, size: 1, weight: 0, conditions: [], children: builder.selections(operation.selectionSet, root, null) };
}

class CostTreeBuilder {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The nodes of fragments by name, for each size that their fields inherit. */
  readonly #fragmentNodes = new Map<InheritedSize | null, Map<string, CostNode | null>>();
  /** Equal inherited sizes, so that fragments below equal fields share their nodes. */
  readonly #inheritedSizes = new Map<string, InheritedSize>();

  constructor(
    private readonly model: CostModel,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.#fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
    );
  }

  selections({ selections }: SelectionSetNode, parent: GraphQLCompositeType, inherited: InheritedSize | null): CostNode[] {
    return selections.flatMap((selection) => {
      const conditions = this.#conditions(selection.directives);
      return (conditions && this.#selection(selection, parent, inherited, conditions)) ?? [];
    });
  }

  #selection(
    selection: SelectionNode,
    parent: GraphQLCompositeType,
    inherited: InheritedSize | null,
    conditions: readonly Condition[],
  ): CostNode | null {
    if (selection.kind === Kind.FIELD) return this.#field(selection, parent, inherited, conditions);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const node = this.#fragment(selection.name.value, inherited);
      return node && conditions.length > 0 ? group([node], conditions) : node;
    }
    const type = selection.typeCondition ? this.model.compositeType(selection.typeCondition.name.value) : parent;
    return type ? group(this.selections(selection.selectionSet, type, inherited), conditions) : null;
  }

  #fragment(name: string, inherited: InheritedSize | null): CostNode | null {
    let nodes = this.#fragmentNodes.get(inherited);
    if (!nodes) this.#fragmentNodes.set(inherited, (nodes = new Map()));
    let node = nodes.get(name);
    if (node === undefined) {
      const fragment = this.#fragments.get(name);
      const type = fragment && this.model.compositeType(fragment.typeCondition.name.value);
      node = type ? group(this.selections(fragment!.selectionSet, type, inherited), []) : null;
      nodes.set(name, node);
    }
    return node;
  }

  /** Returns null for a field that costs nothing. */
  #field(
    field: FieldNode,
    parent: GraphQLCompositeType,
    inherited: InheritedSize | null,
    conditions: readonly Condition[],
  ): CostNode | null {
    const cost = this.model.field(parent, field.name.value);
    if (!cost) return null;
    const below = field.selectionSet && cost.type ? field.selectionSet : null;
    const sized = below && this.#sizeOfFields(field, cost);
    const children = below ? this.selections(below, cost.type!, sized) : [];
    const argumentsWeight = argumentsCost(field.arguments ?? [], cost.argumentCosts, this.operation);
    if (cost.weight === 0 && argumentsWeight === 0 && children.length === 0) return null;
    const responseKey = (field.alias ?? field.name).value;
    const size = inherited?.fields.has(field.name.value) ? inherited.size : this.#size(field, cost);
    if (argumentsWeight === 0) return { responseKey, size, weight: cost.weight, conditions, children };
    // Arguments are paid once, and elements as often as the list is long.
    const elements = { responseKey: null, size, weight: cost.weight, conditions: [], children };
    return { responseKey, size: 1, weight: argumentsWeight, conditions, children: [elements] };
  }

  #size(field: FieldNode, cost: FieldCost): ListSize {
    const { listSize: directive, assumedSize } = cost;
    return directive && directive.sizedFields.length === 0 ? listSize(field, cost, directive, this.operation, assumedSize) : assumedSize;
  }

  #sizeOfFields(field: FieldNode, cost: FieldCost): InheritedSize | null {
    const { listSize: directive } = cost;
    if (!directive || directive.sizedFields.length === 0) return null;
    const size = listSize(field, cost, directive, this.operation, this.model.assumedListSize);
    const key = `${typeof size === 'number' ? size : JSON.stringify(size)} ${directive.sizedFields.join(' ')}`;
    let inherited = this.#inheritedSizes.get(key);
    if (!inherited) this.#inheritedSizes.set(key, (inherited = { fields: new Set(directive.sizedFields), size }));
    return inherited;
  }

  /** Returns the conditions of a selection that depend on variables. Null if it is never included. */
  #conditions(directives: readonly DirectiveNode[] = []): readonly Condition[] | null {
    const conditions: Condition[] = [];
    for (const { name, arguments: args } of directives) {
      if (name.value !== 'skip' && name.value !== 'include') continue;
      const expected = name.value === 'include';
      const value = args?.find((argument) => argument.name.value === 'if')?.value;
      if (value?.kind === Kind.BOOLEAN && value.value !== expected) return null;
      if (value?.kind === Kind.VARIABLE) conditions.push({ variable: variableReference(this.operation, value.name.value), expected });
    }
    return conditions;
  }
}

/** Returns the node of a fragment. Null if nothing in it costs anything. */
const group = (children: readonly CostNode[], conditions: readonly Condition[]): CostNode | null =>
  children.length > 0 ? { responseKey: null, size: 1, weight: 0, conditions, children } : null;
