import { Kind, visit, type DocumentNode, type TypeNode } from 'graphql';
import { COMMON_SDL, fieldsOf, typesOf, type Graph } from './graph.js';
import { interfaceFieldsIn, printField } from './subgraph-sdl.js';

/** The supergraph as one plain schema; what clients do not see is marked `@inaccessible`. */
export function monolithSdl(graph: Graph): string {
  const types = Object.values(graph.types).map((type) => {
    if (type.kind === 'union') {
      const members = new Set(graph.subgraphs.flatMap((subgraph) => type.membersIn[subgraph] ?? []));
      return members.size > 0 ? `union ${type.name} = ${[...members].join(' | ')}` : '';
    }
    if (type.kind === 'interface') {
      const declared = new Set(graph.subgraphs.flatMap((subgraph) => interfaceFieldsIn(graph, type, subgraph)));
      const fields = [...declared, ...type.objectFields].map((field) => printField(field));
      return fields.length > 0 ? `interface ${type.name} { ${fields.join('\n')} }` : '';
    }
    const fields = fieldsOf(graph, type).map((field) => `${printField(field)} ${field.isInaccessible ? '@inaccessible' : ''}`);
    const interfaces = typesOf(graph, 'interface').filter(({ membersIn }) =>
      Object.values(membersIn).some((members) => members.includes(type.name)),
    );
    const implemented = interfaces.length > 0 ? `implements ${interfaces.map(({ name }) => name).join(' & ')}` : '';
    const isUsed = type.kind !== 'value' || type.in.length > 0;
    return isUsed && fields.length > 0 ? `type ${type.name} ${implemented} { ${fields.join('\n')} }` : '';
  });
  return `directive @inaccessible on FIELD_DEFINITION\n${COMMON_SDL}\n${types.join('\n')}`;
}

/** The schema that clients see. */
export const withoutInaccessible = (document: DocumentNode): DocumentNode =>
  visit(document, {
    FieldDefinition: (node) => (node.directives?.some(({ name }) => name.value === 'inaccessible') ? null : undefined),
  });

/** The schema with every field nullable, list entries too: an error in it takes nothing along. */
export const withoutNonNull = (document: DocumentNode): DocumentNode =>
  visit(document, { FieldDefinition: (node) => ({ ...node, type: nullable(node.type) }) });

function nullable(type: TypeNode): TypeNode {
  if (type.kind === Kind.NON_NULL_TYPE) return nullable(type.type);
  return type.kind === Kind.LIST_TYPE ? { ...type, type: nullable(type.type) } : type;
}
