import type { UseCaseEntry } from './entry.js';

export const realEstate: UseCaseEntry[] = [
  {
    code: 'property-valuation',
    name: 'Property valuation',
    industryCode: 'real-estate',
    categoryCode: 'pricing-fraud',
    shortDescription: 'Estimates what a flat or house would sell for, with a range that can be trusted.',
    fullDescription:
      'Owners, buyers and banks want a figure before an appraiser comes. The model combines area, age, condition and ' +
      'energy class with location and recent sales nearby, follows the market over time and explains which features ' +
      'raise or lower the value. Where comparable sales are missing it answers with a wide range or declines, which is ' +
      'worth more than a precise error.',
    keywords: ['valuation', 'hedonic model', 'comparables', 'prediction interval', 'location'],
    tips: [
      'Validate by area and time: random splits put the neighbor’s flat into both training and test.',
      'Asking prices are wishes; keep them apart from notarized ones.',
      'Show the five comparable sales, people trust them more than any figure.',
    ],
    theory:
      'The **hedonic** view takes a price as the sum of implicit prices of features; on a logarithmic scale they ' +
      'become percentages. Boosted trees capture interactions such as a lift that matters only on upper floors, and ' +
      'location enters through coordinates, distances and smoothed neighborhood prices, computed without the object ' +
      'itself. Residuals are spatially correlated, so cross-validation must hold out whole areas. Markets drift: a ' +
      'time index or recency weights keep estimates current. **Conformal prediction** turns the errors on recent sales ' +
      'into intervals whose average coverage holds while new sales resemble recent ones, and normalizing by expected ' +
      'difficulty makes them wider where the data are thin.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/property-valuation',
  },
  {
    code: 'wish-based-property-search',
    name: 'Property search in plain words',
    industryCode: 'real-estate',
    categoryCode: 'product-discovery',
    shortDescription: 'Understands "bright, room for a piano, school on foot" and turns it into a search.',
    fullDescription:
      'Forms ask for rooms and price, people think in lives. A language model splits a wish into hard limits, soft ' +
      'preferences and things that can be measured, such as minutes to a school on foot or hours of sun. Listings, ' +
      'floor plans and photos are matched with them. Every hit shows which wishes it meets and which it does not, and ' +
      'the limits can be corrected with a click.',
    keywords: ['natural language search', 'query understanding', 'floor plan', 'ranking'],
    tips: [
      'Show how the wish was understood, as chips that can be edited.',
      'Never translate wishes into criteria about the neighbors; in many countries that is illegal steering.',
      'When nothing fits, say which single limit would open most results.',
    ],
    theory:
      'Understanding a wish is **semantic parsing**: text becomes a structured query with fields, operators and ' +
      'values. Constrained decoding lets a language model emit only what the schema allows, and values are checked ' +
      'afterward, since models invent plausible ones. Hard limits filter, soft ones become terms of a utility function ' +
      'whose weights start from the wording and are learned from saved and dismissed listings by pairwise logistic ' +
      'regression. What no field holds, brightness for instance, is taken from photos by contrastive image-text ' +
      'models. Their scores are not calibrated between concepts and need thresholds per wish.',
  },
  {
    code: 'virtual-staging',
    name: 'Virtual staging',
    industryCode: 'real-estate',
    categoryCode: 'creative-ar',
    shortDescription: 'Furnishes photos of empty rooms in several styles and leaves walls and windows as they are.',
    fullDescription:
      'Empty rooms look smaller and sell later. From one photo the tool understands floor, walls and light, adds ' +
      'furniture of a chosen style in the right size and perspective, and can take it out again. Structure, view and ' +
      'damage are never altered, and every picture carries a visible note that it was staged, because buyers rely on ' +
      'it.',
    keywords: ['virtual staging', 'diffusion', 'inpainting', 'depth estimation'],
    tips: [
      'Publish the empty original beside the staged picture.',
      'Check with an automatic comparison that windows, radiators and sockets did not move.',
      'Offer two styles; with more of them the furniture competes with the room.',
    ],
    theory:
      'A **latent diffusion** model generates pictures by removing noise step by step in a compressed space. For ' +
      'staging, inpainting restricts the change to a mask of floor and free space, while the rest is kept from the ' +
      'photo at every step. Structure is held by additional conditions: a depth or edge map, estimated from the photo, ' +
      'enters through a control network and fixes perspective. The strength of guidance trades fidelity to the prompt ' +
      'against natural variety. The decoder may still alter pixels outside the mask slightly, so the original is ' +
      'pasted back with a soft border.',
  },
  {
    code: 'lead-scoring',
    name: 'Scoring of enquiries',
    industryCode: 'real-estate',
    categoryCode: 'marketing-intelligence',
    shortDescription: 'Orders enquiries by how likely they lead to a viewing and a sale, so that agents call the right ones first.',
    fullDescription:
      'An agent gets a hundred messages on a Monday and can call twenty people. The score uses what the enquiry says, ' +
      'which listings were viewed and how the search developed, and explains itself in two sentences. It sets the ' +
      'order of calls and nothing else: everyone gets an answer, and no feature stands for origin or family.',
    keywords: ['lead scoring', 'conversion', 'ranking', 'text classification'],
    tips: [
      'Train on viewings as well as sales; sales alone are too rare and too late.',
      'Let agents mark wrong scores with one tap, and read what they marked.',
      'Answer time matters more than the order: measure it first.',
    ],
    theory:
      'Ranking for a fixed capacity is judged by **precision at k** and cumulative gain, not by accuracy. Conversions ' +
      'are delayed: an enquiry of last week without a sale is not negative yet. Either one waits for a window, or a ' +
      'delay model estimates the probability that a conversion is still to come and weights examples accordingly. ' +
      'Scores influence who gets called and so who converts, which makes naive retraining confirm itself; a small ' +
      'random share in the call list breaks the loop. Text embeddings plus simple behavioral counts in a regularized ' +
      'logistic regression give stable, explainable scores even with few examples.',
  },
];
