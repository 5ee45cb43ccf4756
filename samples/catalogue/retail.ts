import type { UseCaseEntry } from './entry.js';

export const retail: UseCaseEntry[] = [
  {
    code: 'store-demand-forecasting',
    name: 'Demand forecasting per store',
    industryCode: 'retail',
    categoryCode: 'logistics',
    shortDescription: 'Predicts how much of each article a store will sell tomorrow, and how sure that is.',
    fullDescription:
      'Too little bread at five o’clock is a lost sale, too much is waste at eight. The forecast combines weekday, ' +
      'weather, promotions and local events for every article and store, learns across stores so that new articles do ' +
      'not start from nothing, and answers with a distribution. Orders follow from it and from what a missing and a ' +
      'left-over piece cost.',
    keywords: ['demand', 'forecast', 'replenishment', 'waste', 'quantiles'],
    tips: [
      'Sales are not demand: mark the hours in which the shelf was empty before you train.',
      'Measure against "same weekday last week"; a surprising number of models lose.',
      'Order the critical quantile, not the mean.',
    ],
    theory:
      'The best order quantity is a quantile of demand, not its mean. The **newsvendor** model gives it: `F(q) = cu / ' +
      '(cu + co)`, with the cost of being one short `cu` and one over `co`. Forecasts are therefore judged by the ' +
      'pinball loss and by coverage. One global model over thousands of series (boosted trees or a network with shared ' +
      'weights) learns common patterns and usually beats a model per series where histories are short. Many articles ' +
      'sell zero on most days; percentage errors explode there, and scaled errors such as MASE or a count distribution ' +
      'serve better.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/store-demand-forecasting',
  },
  {
    code: 'basket-analysis',
    name: 'Basket analysis',
    industryCode: 'retail',
    categoryCode: 'analytics',
    shortDescription: 'Finds out which articles are bought together, beyond what chance and popularity explain.',
    fullDescription:
      'Receipts hold knowledge about meals, projects and habits. The analysis finds combinations that occur more often ' +
      'than independent purchases would, by season and by store. Category managers use them for placing goods, for ' +
      'bundles and to see what a delisted article would take with it. Trivial findings, such as bags with everything, ' +
      'are filtered out.',
    keywords: ['association rules', 'basket', 'cross-selling', 'lift'],
    tips: [
      'Aggregate to a useful level first: rules between single flavors of yogurt help nobody.',
      'Test the best rules on another period; among a million candidates some look strong by luck.',
      'A rule says "together", not "because": try the placement in a few stores.',
    ],
    theory:
      'A rule `A -> B` has a **support** (share of baskets with both), a **confidence** `P(B | A)` and a **lift** `P(B ' +
      '| A) / P(B)`. Confidence alone misleads: if everyone buys milk, everything implies milk, and a lift near one ' +
      'unmasks it. The search space is exponential, but support can only fall when a set grows, so Apriori prunes ' +
      'every superset of a rare set and FP-growth avoids candidates altogether with a prefix tree. Because very many ' +
      'rules are tested, significance must be corrected or confirmed on held-out receipts. Co-occurrence also arises ' +
      'from common causes such as promotions.',
  },
  {
    code: 'markdown-optimization',
    name: 'Markdown optimization',
    industryCode: 'retail',
    categoryCode: 'pricing-fraud',
    shortDescription: 'Decides when and how far to reduce seasonal goods, so that they are sold before the season is over.',
    fullDescription:
      'A coat in March must go, but half price in January gives margin away. The model learns how strongly demand of ' +
      'an article group reacts to price and to the remaining weeks, and plans a path of reductions per store under the ' +
      'rules of the house: prices never rise again, at most three steps, the legal reference price is kept.',
    keywords: ['markdown', 'price elasticity', 'clearance', 'inventory', 'optimization'],
    tips: [
      'Estimate elasticities for groups of articles; a single coat never had enough different prices.',
      'Include what a left-over piece is worth at the end, be it an outlet or disposal.',
      'Randomize small price differences between stores to learn cleanly.',
    ],
    theory:
      'In a log-log regression the coefficient of price is the **elasticity**: at -2, one percent less price brings ' +
      'about two percent more sales. Historical prices are endogenous, because goods are reduced *when* they sell ' +
      'badly, so a naive regression underestimates the reaction or even shows the wrong sign. Randomized prices or ' +
      'instruments such as cost shocks repair that, and hierarchical models share strength between articles. The plan ' +
      'is a finite-horizon **dynamic program** over stock and week: reduce when the expected value of waiting falls ' +
      'below what is earned now. With several stores it becomes a mixed-integer program.',
  },
  {
    code: 'shelf-monitoring',
    name: 'Shelf monitoring',
    industryCode: 'retail',
    categoryCode: 'product-intelligence',
    shortDescription: 'Reads photos of shelves and reports gaps, wrong places and missing price labels.',
    fullDescription:
      'Out-of-stock articles are often in the back room. Photos from fixed cameras or from a round with a phone are ' +
      'compared with the planned shelf. Staff get a short list that is ordered by lost sales, and suppliers see ' +
      'whether the agreed placement is kept. Faces are blurred before a picture is stored.',
    keywords: ['object detection', 'planogram', 'out of stock', 'computer vision'],
    tips: [
      'Detect "a product" first and recognize which one afterward; new packaging then needs no new detector.',
      'Photograph in the evening too: lamps, shadows and trolleys are not in the demo pictures.',
      'Count an alarm as right only if somebody could do something about it.',
    ],
    theory:
      'A detector predicts boxes with classes and confidences. A box counts as right if its **intersection over ' +
      'union** with a true one exceeds a threshold, and mean average precision summarizes precision over recall for ' +
      'all classes. Shelves are dense: non-maximum suppression, which removes overlapping boxes, would delete real ' +
      'neighbors, so soft suppression or set-based detectors fit better. Thousands of similar articles make plain ' +
      'classification brittle. Metric learning instead trains an embedding in which pictures of one article lie close, ' +
      'and recognition becomes a nearest-neighbor search that learns a new article from a few reference photos.',
  },
];
