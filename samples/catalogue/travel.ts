import type { UseCaseEntry } from './entry.js';

export const travel: UseCaseEntry[] = [
  {
    code: 'fare-class-control',
    name: 'Fare class control',
    industryCode: 'travel',
    categoryCode: 'pricing-fraud',
    shortDescription: 'Decides how many seats are still sold cheaply, so that late travelers who pay more find one.',
    fullDescription:
      'A seat that flies empty earns nothing, and a seat sold too early at the lowest fare earns too little. From ' +
      'booking curves of past departures the system estimates the demand that is still to come in every fare class and ' +
      'protects seats for it, day by day until departure. Analysts see why a class is closed and can overrule it for a ' +
      'trade fair.',
    keywords: ['revenue management', 'booking curve', 'seat protection', 'overbooking'],
    tips: [
      'Correct for closed classes: nobody could book what was not offered, and that is not a lack of demand.',
      'Compare revenue on matched departures, because demand of two weeks is never the same.',
      'Never let a price depend on who asks; explain it by date and demand.',
    ],
    theory:
      '**Littlewood’s rule** protects seats for the higher fare as long as the expected gain exceeds the lower fare: ' +
      'sell cheaply while `f_low >= f_high * P(D_high >= remaining)`. EMSR-b extends it to many classes by pooling the ' +
      'higher ones. Bookings are a censored view of demand, since they stop when a class closes, so demand is ' +
      '*unconstrained* with expectation-maximization before it is forecast. Connecting flights make seats ' +
      'interdependent; a linear program over the network yields **bid prices**, the marginal value of a seat on each ' +
      'leg, and a fare is accepted if it covers their sum.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/fare-class-control',
  },
  {
    code: 'itinerary-planning',
    name: 'Personal itineraries',
    industryCode: 'travel',
    categoryCode: 'personalization',
    shortDescription: 'Plans three days in a city from what somebody likes, with opening hours and ways taken seriously.',
    fullDescription:
      'Lists of sights leave the hard part to the traveler. The planner learns from a few choices between pairs of ' +
      'places what a person values, and then builds days that can really be walked: opening hours, travel times, a ' +
      'pause at noon, rain. Travelers remove a stop or extend lunch, and the rest moves along without starting again.',
    keywords: ['itinerary', 'preference learning', 'orienteering problem', 'optimization'],
    tips: [
      'Ask for choices between two places instead of stars on a scale; people are better at it.',
      'Leave slack: a plan at 100 % breaks with the first coffee.',
      'Say why a favorite is missing, for instance that it is closed on Monday.',
    ],
    theory:
      'Preferences are learned from pairs with the **Bradley-Terry** model: the probability of choosing a over b is ' +
      'the logistic function of the difference of their values, which depend on features of the places. Planning is an ' +
      '*orienteering problem*: choose and order stops to maximize total value within a time budget and time windows. ' +
      'It contains the traveling salesman problem and is NP-hard, yet a day has few stops, so local search (insert, ' +
      'swap, 2-opt) finds very good routes in milliseconds. Diminishing value for similar places keeps a plan from ' +
      'holding five churches in a row.',
  },
  {
    code: 'destination-discovery',
    name: 'Destination discovery',
    industryCode: 'travel',
    categoryCode: 'product-discovery',
    shortDescription: 'Suggests places for "quiet, by the sea, reachable by train in May" instead of asking for a city.',
    fullDescription:
      'Many travelers know the feeling and not the place. Wishes in plain words are matched with what guests, maps and ' +
      'climate data say about destinations, within hard limits such as budget and travel time. Results mix near ' +
      'matches with one surprise, and each suggestion names the reviews that it rests on, so that nobody is sent to a ' +
      'party beach by mistake.',
    keywords: ['destination', 'two-tower model', 'retrieval', 'cold start'],
    tips: [
      'Treat dates, budget and travel time as filters and only the rest as taste.',
      'Give new destinations a share of the places shown, otherwise the famous stay famous.',
      'Check seasonality: the quiet village of the reviews in March is another one in August.',
    ],
    theory:
      'A **two-tower** model encodes wish and destination separately and scores them by a dot product, so that ' +
      'destinations are embedded in advance and searched with a nearest-neighbor index. Training contrasts each chosen ' +
      'destination with others of the batch; popular ones occur as negatives too often, which a logQ correction ' +
      'repairs. New places have no history, but their tower reads content and works at once. Filters belong in the ' +
      'search: filtering after the top hundred may leave nothing. Diversity comes from re-ranking, for example by ' +
      'maximal marginal relevance, which trades relevance against similarity to what was already chosen.',
  },
  {
    code: 'disruption-rebooking',
    name: 'Rebooking after disruptions',
    industryCode: 'travel',
    categoryCode: 'logistics',
    shortDescription: 'Finds new connections for all passengers of canceled flights at once, instead of first come, first served.',
    fullDescription:
      'When a storm closes an airport, thousands need another way. Greedy rebooking gives the last seats to whoever ' +
      'queued first. The system looks at all passengers, seats and hotels together, respects families, onward ' +
      'connections and special needs, and proposes a plan within a minute. Everyone gets an offer on the phone that ' +
      'can be accepted or exchanged.',
    keywords: ['disruption', 'min-cost flow', 'integer programming', 'passenger recovery'],
    tips: [
      'Keep groups and people who need assistance together with hard constraints, not with penalties.',
      'Recompute on acceptance in small steps, so that an offer once made stays valid.',
      'Publish the order of priorities before the storm.',
    ],
    theory:
      'If every passenger travels alone and needs one seat per leg, rebooking is close to a **minimum-cost flow** in a ' +
      'time-space network: nodes are airports at times, arcs are flights with free seats, costs are delay and ' +
      'inconvenience. Pure single-commodity flow has integral optimal solutions and is solved fast. Different ' +
      'destinations, groups and itineraries turn it into a multi-commodity problem, where fractional solutions appear ' +
      'and an integer program is needed. Column generation copes with the number of paths: it adds an itinerary only ' +
      'if its reduced cost promises an improvement. Predicted delays make plans robust when connections with little ' +
      'slack are avoided.',
  },
];
