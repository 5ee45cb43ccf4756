import type { IndustryEntry } from './entry.js';

export const industries: IndustryEntry[] = [
  {
    code: 'e-commerce',
    name: 'E-commerce',
    icon: '🛒',
    description:
      'Shops without a counter. Every visit leaves a trail of searches, views and purchases, so that models can help ' +
      'people find things, tell them honestly when a parcel arrives and show which advertising pays.',
  },
  {
    code: 'fintech',
    name: 'Fintech',
    icon: '💳',
    description:
      'Payments, credit and savings as software. Decisions are many, fast and regulated: a model has milliseconds to ' +
      'judge a payment and must be able to say afterward why it judged so.',
  },
  {
    code: 'retail',
    name: 'Retail',
    icon: '🏬',
    description:
      'Stores with shelves, stock and opening hours. Margins are thin and goods perish, so a better forecast of what ' +
      'sells where is worth more than almost any other improvement.',
  },
  {
    code: 'healthcare',
    name: 'Healthcare',
    icon: '🏥',
    description:
      'Hospitals, practices and makers of devices. Models here support people who stay responsible: they plan beds and ' +
      'appointments, read reports that nobody has time for, and help patients to keep exercising.',
  },
  {
    code: 'travel',
    name: 'Travel',
    icon: '✈️',
    description:
      'Seats that are worth nothing once the door is closed, and journeys that rarely go as planned. Models set fares, ' +
      'suggest where to go and find a way home when a flight is canceled.',
  },
  {
    code: 'hospitality',
    name: 'Hospitality',
    icon: '🏨',
    description:
      'Hotels and restaurants live on returning guests and on rooms sold at the right moment. Bookings, reviews and ' +
      'rosters hold most of what is needed to do both better.',
  },
  {
    code: 'entertainment',
    name: 'Entertainment',
    icon: '🎬',
    description:
      'Films, music and games compete for the same evening. Models choose what to show first, bring players of equal ' +
      'strength together and listen to what the audience says before a release.',
  },
  {
    code: 'manufacturing',
    name: 'Manufacturing',
    icon: '🏭',
    description:
      'Machines with sensors, lines with cameras, suppliers with delays. Models look for the defect, the failure and ' +
      'the shortage while there is still time to act.',
  },
  {
    code: 'real-estate',
    name: 'Real Estate',
    icon: '🏠',
    description:
      'Few sales, high prices, and no two properties alike. Models estimate values with honest margins, understand ' +
      'what people wish for in their own words and show a room as it could be.',
  },
];
