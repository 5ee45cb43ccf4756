import type { UseCaseEntry } from './entry.js';

export const hospitality: UseCaseEntry[] = [
  {
    code: 'room-demand-forecasting',
    name: 'Room demand forecasting',
    industryCode: 'hospitality',
    categoryCode: 'analytics',
    shortDescription: 'Predicts from the bookings so far how full each night will be, early enough to act.',
    fullDescription:
      'Every future night has its own booking curve. The forecast compares the bookings on hand with similar nights of ' +
      'the past, adds fairs, holidays and cancellations and shows the expected occupancy with a range. Managers see ' +
      'which nights need a campaign, which may be priced higher, and where a group request would displace better ' +
      'business.',
    keywords: ['occupancy', 'pickup model', 'cancellations', 'forecast'],
    tips: [
      'Store a snapshot of all bookings every night: without it no booking curve can be rebuilt later.',
      'Model cancellations apart from new bookings, they react to different things.',
      'Let people overrule the forecast and keep a record of who was right.',
    ],
    theory:
      'A **pickup** model predicts final demand as bookings on hand plus what usually still comes in the remaining ' +
      'days; the multiplicative form scales with the level, the additive one does not. It is simple and strong, since ' +
      'late information outweighs season. Combining it with a time-series forecast works like credibility weighting: ' +
      'far from arrival the season counts, close to it the books do. Cancellations are a survival problem per booking. ' +
      'The error should be shown by **lead time**, because an average over all horizons hides that decisions are made ' +
      'weeks ahead. Nights follow each other, so stays of several nights correlate.',
  },
  {
    code: 'guest-review-insights',
    name: 'Guest review insights',
    industryCode: 'hospitality',
    categoryCode: 'product-intelligence',
    shortDescription: 'Tells from reviews in all languages what guests praise and criticize, aspect by aspect and over time.',
    fullDescription:
      'An average of 4.2 stars does not say that the breakfast got worse since June. The analysis splits reviews into ' +
      'statements about room, noise, staff, food and price, judges each one, and follows them per house. Sudden ' +
      'changes are reported with the sentences behind them. Answers to guests are drafted and never sent without a ' +
      'person.',
    keywords: ['reviews', 'aspect sentiment', 'multilingual', 'topic trends', 'quality'],
    tips: [
      'Always show the original sentences; a chart that nobody can verify convinces nobody.',
      'Who writes a review is no random guest: compare changes over time rather than levels between portals.',
      'Test irony and mixed sentences such as "great staff, terrible bed".',
    ],
    theory:
      'Document-level sentiment averages contradictions away. **Aspect-based** analysis first finds the aspect of a ' +
      'clause and then its polarity, either with two classifiers over a shared encoder or with one model that ' +
      'generates triples of aspect, opinion and polarity. Multilingual encoders place translations near each other, so ' +
      'that labels in one language carry over to others, with some loss that needs measuring per language. Trends need ' +
      'care: with few reviews a week a share jumps by chance. A Beta-binomial posterior gives honest intervals, and ' +
      'change-point detection asks whether one rate explains the series worse than two.',
  },
  {
    code: 'upsell-offers',
    name: 'Upgrade offers that matter',
    industryCode: 'hospitality',
    categoryCode: 'personalization',
    shortDescription: 'Offers an upgrade, breakfast or late check-out to the guests whose decision the offer changes.',
    fullDescription:
      'Sending every guest every offer sells little and annoys many, and discounts go to people who would have paid ' +
      'anyway. The model estimates for each guest and offer how much the offer raises the chance of buying. The stay ' +
      'determines what fits: a family gets adjoining rooms, a late flight the late check-out. Guests who declined ' +
      'twice are left in peace.',
    keywords: ['upsell', 'uplift modeling', 'next best offer', 'experiment'],
    tips: [
      'Keep ten percent of the guests without an offer for good; without them uplift cannot be measured.',
      'Optimize contribution after discount and not acceptance.',
      'Limit the number of messages per stay with a rule.',
    ],
    theory:
      'A response model finds people who buy, an **uplift** model those who buy *because* of the offer: `τ(x) = E[Y | ' +
      'X = x, T = 1] - E[Y | X = x, T = 0]`. No guest is seen with and without the offer, so the effect is never ' +
      'observed for one person and must be learned from randomized groups. A T-learner subtracts two models; the ' +
      'X-learner helps when groups differ in size; causal forests split directly for differences in effect. Quality is ' +
      'read from the **Qini curve**, which shows additional sales as guests are contacted in the predicted order.',
  },
  {
    code: 'housekeeping-scheduling',
    name: 'Housekeeping schedules',
    industryCode: 'hospitality',
    categoryCode: 'logistics',
    shortDescription: 'Assigns rooms to staff so that early guests find theirs ready and nobody runs between floors.',
    fullDescription:
      'Each morning a hundred rooms must be cleaned in an order that nobody can plan by hand: departures come late, ' +
      'some guests arrive early, some rooms take twice as long. The system predicts the time per room from length of ' +
      'stay and occupancy, assigns rooms fairly and re-plans when a guest stays longer. Staff see their list on the ' +
      'phone and may swap.',
    keywords: ['scheduling', 'assignment', 'constraint programming', 'workload'],
    tips: [
      'Predict durations from your own logs; the textbook minutes per room are wrong in every house.',
      'Put fairness of workload into the objective, otherwise the fastest get punished with the most rooms.',
      'Change as little as possible when re-planning, people have started already.',
    ],
    theory:
      'Assigning rooms to people with time windows and walking times is a relative of the **vehicle routing problem** ' +
      'and NP-hard. Constraint programming states it directly: intervals that must not overlap per person, release ' +
      'times when guests leave, due times when others arrive, and an objective of weighted lateness. Solvers prune ' +
      'with propagation and learn from conflicts; large neighborhood search frees part of a plan and repairs it, which ' +
      'suits re-planning. Durations are random, and an early finish rarely helps the next room while a late one delays ' +
      'it, so a plan made from means runs late; high quantiles or explicit buffers make schedules hold.',
  },
];
