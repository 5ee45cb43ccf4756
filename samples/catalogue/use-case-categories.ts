import type { UseCaseCategoryEntry } from './entry.js';

export const useCaseCategories: UseCaseCategoryEntry[] = [
  {
    code: 'product-discovery',
    name: 'Product Discovery',
    icon: '🔎',
    description: 'Helping people find what they look for, even when they cannot name it: search by meaning, by picture and by wish.',
    displayOrder: 1,
  },
  {
    code: 'personalization',
    name: 'Personalization',
    icon: '🧭',
    description: 'Choosing for one person out of many things, from what that person and people like them did before.',
    displayOrder: 2,
  },
  {
    code: 'pricing-fraud',
    name: 'Pricing & Fraud',
    icon: '💰',
    description:
      'What something should cost, what risk it carries, and whether somebody is cheating. Errors cost money in both directions.',
    displayOrder: 3,
  },
  {
    code: 'logistics',
    name: 'Logistics',
    icon: '🚚',
    description: 'Having the right things and people in the right place in time: forecasts of demand and the plans that are made of them.',
    displayOrder: 4,
  },
  {
    code: 'marketing-intelligence',
    name: 'Marketing Intelligence',
    icon: '📣',
    description: 'Which message reaches whom and what it really changed, measured rather than believed.',
    displayOrder: 5,
  },
  {
    code: 'product-intelligence',
    name: 'Product Intelligence',
    icon: '🔬',
    description: 'What pictures, reviews and reports say about the quality of products and services.',
    displayOrder: 6,
  },
  {
    code: 'creative-ar',
    name: 'Creative & AR',
    icon: '🎨',
    description: 'Making pictures and putting things into the real view of a camera, to see them before they are there.',
    displayOrder: 7,
  },
  {
    code: 'gamification',
    name: 'Gamification',
    icon: '🎮',
    description: 'Challenges that are neither too easy nor too hard, in games and wherever people need a reason to go on.',
    displayOrder: 8,
  },
  {
    code: 'analytics',
    name: 'Analytics',
    icon: '📊',
    description: 'Finding out what happens, what goes together and what will probably happen next.',
    displayOrder: 9,
  },
];
