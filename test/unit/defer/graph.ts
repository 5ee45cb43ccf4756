import { byKey, type Graph, subgraph } from '../../federation/feature.js';

const PRODUCTS = ['1', '2', '3'].map((id) => ({ id, name: `product ${id}`, maker: { name: `maker ${id}` } }));

/** Makes a subgraph wait until a test continues it. */
export class Gate {
  #passed = Promise.resolve();
  #open = (): void => undefined;

  shut(): void {
    this.#passed = new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open();
  }

  pass(): Promise<void> {
    return this.#passed;
  }
}

export const slowStock = new Gate();
const written: string[] = [];

/** Products with fields of `prices`, `stock` and `shipping`; product 2 has no price, although the field is non-null. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!] product(id: ID!): Product search: [Found!] }
     type Mutation { write(text: String!): Written }
     type Written { text: String! count: Int! product: Product }
     union Found = Product | Note
     type Note { text: String! }
     type Product @key(fields: "id") { id: ID! name: String! maker: Maker called(as: String!): String }
     type Maker { name: String! }`,
    {
      Query: {
        products: () => PRODUCTS,
        product: (_: unknown, { id }: { id: string }) => PRODUCTS.find((product) => product.id === id),
        search: () => [
          { __typename: 'Product', ...PRODUCTS[0] },
          { __typename: 'Note', text: 'a note' },
        ],
      },
      Mutation: {
        write: (_: unknown, { text }: { text: string }) => ({ text, count: written.push(text), product: PRODUCTS[0] }),
      },
      Product: {
        __resolveReference: byKey(PRODUCTS, 'id'),
        called: ({ name }: { name: string }, { as }: { as: string }) => `${name} as ${as}`,
      },
    },
  ),
  prices: subgraph(`type Product @key(fields: "id") { id: ID! price: Int! weight: Int }`, {
    Product: {
      price: ({ id }: { id: string }) => {
        if (id === '2') throw new Error('no price for product 2');
        return Number(id) * 10;
      },
      weight: ({ id }: { id: string }) => Number(id) * 100,
    },
  }),
  stock: subgraph(`type Product @key(fields: "id") { id: ID! inStock: Int next: Product }`, {
    Product: {
      inStock: async ({ id }: { id: string }) => {
        await slowStock.pass();
        return Number(id);
      },
      next: ({ id }: { id: string }) => (id === '3' ? null : { id: String(Number(id) + 1) }),
    },
  }),
  shipping: subgraph(
    `type Mutation { ship(id: ID!): Product }
     type Product @key(fields: "id") { id: ID! weight: Int @external cost: Int @requires(fields: "weight") days: Int }`,
    {
      Mutation: { ship: (_: unknown, { id }: { id: string }) => ({ id }) },
      Product: { cost: ({ weight }: { weight: number }) => weight * 2, days: () => 3 },
    },
  ),
};
