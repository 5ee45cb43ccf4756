import { type Cases, type Graph, subgraph } from '../feature.js';

const models = [
  { name: 'whisper', home: { organization: { id: 'o1', slug: 'acme' }, country: { code: 'CH' } }, title: 'Speech of Acme' },
  { name: 'whisper', home: { organization: { id: 'o2', slug: 'globex' }, country: { code: 'CH' } }, title: 'Speech of Globex' },
  { name: 'whisper', home: { organization: { id: 'o1', slug: 'acme' }, country: { code: 'FR' } }, title: 'Parole' },
];
const downloads: Record<string, number> = { 'whisper o1 CH': 10, 'whisper o2 CH': 20, 'whisper o1 FR': 30 };

interface Representation {
  name: string;
  home: { organization: { id: string }; country: { code: string } };
}
const address = ({ name, home }: Representation) => `${name} ${home.organization.id} ${home.country.code}`;

const MODEL = 'type Model @key(fields: "name home { organization { id } country { code } }")';

export const graph: Graph = {
  registry: subgraph(
    `type Query { models: [Model!]! }
     ${MODEL} { name: String! home: Home! title: String! }
     type Home @shareable { organization: Organization! country: Country! }
     type Organization @key(fields: "id") { id: ID! slug: String! }
     type Country { code: ID! @shareable }`,
    { Query: { models: () => models } },
  ),
  statistics: subgraph(
    `${MODEL} { name: String! home: Home! downloads: Int! }
     type Home @shareable { organization: Organization! country: Country! }
     type Organization @key(fields: "id") { id: ID! members: Int! }
     type Country { code: ID! @shareable }`,
    {
      Model: { downloads: (model: Representation) => downloads[address(model)] },
      Organization: { members: ({ id }: { id: string }) => (id === 'o1' ? 100 : 200) },
    },
  ),
};

export const cases: Cases = {
  'fetches by a key with nested fields': {
    query: '{ models { title downloads } }',
    data: {
      models: [
        { title: 'Speech of Acme', downloads: 10 },
        { title: 'Speech of Globex', downloads: 20 },
        { title: 'Parole', downloads: 30 },
      ],
    },
    requests: [
      'registry',
      'statistics' +
        ' Model{"home":{"country":{"code":"CH"},"organization":{"id":"o1"}},"name":"whisper"}' +
        ' Model{"home":{"country":{"code":"CH"},"organization":{"id":"o2"}},"name":"whisper"}' +
        ' Model{"home":{"country":{"code":"FR"},"organization":{"id":"o1"}},"name":"whisper"}',
    ],
  },
  'sends no other selected fields of the key objects': {
    query: '{ models { downloads home { organization { slug } country { __typename } } } }',
    data: {
      models: [
        { downloads: 10, home: { organization: { slug: 'acme' }, country: { __typename: 'Country' } } },
        { downloads: 20, home: { organization: { slug: 'globex' }, country: { __typename: 'Country' } } },
        { downloads: 30, home: { organization: { slug: 'acme' }, country: { __typename: 'Country' } } },
      ],
    },
    requests: [
      'registry',
      'statistics' +
        ' Model{"home":{"country":{"code":"CH"},"organization":{"id":"o1"}},"name":"whisper"}' +
        ' Model{"home":{"country":{"code":"CH"},"organization":{"id":"o2"}},"name":"whisper"}' +
        ' Model{"home":{"country":{"code":"FR"},"organization":{"id":"o1"}},"name":"whisper"}',
    ],
  },
  'fetches fields of an entity within a key': {
    query: '{ models { home { organization { slug members } } } }',
    data: {
      models: [
        { home: { organization: { slug: 'acme', members: 100 } } },
        { home: { organization: { slug: 'globex', members: 200 } } },
        { home: { organization: { slug: 'acme', members: 100 } } },
      ],
    },
    requests: ['registry', 'statistics Organization{"id":"o1"} Organization{"id":"o2"}'],
  },
};
