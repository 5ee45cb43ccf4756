import type { UseCaseEntry } from './entry.js';

export const eCommerce: UseCaseEntry[] = [
  {
    code: 'semantic-product-search',
    name: 'Semantic product search',
    industryCode: 'e-commerce',
    categoryCode: 'product-discovery',
    shortDescription: 'Finds the winter jacket for somebody who typed "something warm for cycling".',
    fullDescription:
      'Keyword search fails when shoppers use other words than the catalog. Semantic search places queries and ' +
      'products in one vector space, so that a question finds what it means. Together with the old keyword index, ' +
      'which stays unbeaten for brands and article numbers, it lowers the share of searches without a result and shows ' +
      'long-tail products that nobody would have scrolled to.',
    keywords: ['search', 'embeddings', 'vector index', 'hybrid ranking'],
    tips: [
      'Keep keyword search beside the vectors: nobody who types an article number wants something similar.',
      'Collect two hundred real queries with judged results before you compare models; clicks alone favor what was on top already.',
      'Embed title, category and two or three attributes instead of the whole marketing text.',
    ],
    theory:
      'A text encoder maps query and product to vectors whose **cosine similarity** reflects meaning. Comparing with ' +
      'every product is too slow, so an approximate index such as HNSW walks a layered graph of neighbors and finds ' +
      'most of the true nearest ones in logarithmic time; `recall@k` against exact search says what that costs. ' +
      'Lexical scores (BM25) and similarities have different scales, therefore rank-based merging is robust: ' +
      'reciprocal rank fusion adds `1 / (k + rank)` over both lists. Quality is measured with NDCG on judged queries, ' +
      'since a good result in tenth place helps less than one in first place.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/semantic-product-search',
  },
  {
    code: 'session-recommendations',
    name: 'Recommendations within a session',
    industryCode: 'e-commerce',
    categoryCode: 'personalization',
    shortDescription: 'Suggests the next product from the last few clicks, even for visitors who never signed in.',
    fullDescription:
      'Most visitors are anonymous and their intention changes from visit to visit. A model of the session reads the ' +
      'order of the last clicks and answers what is likely to come next: the matching lens after the camera, not a ' +
      'second camera. It needs no profile, works from the second click and adapts at once when somebody turns to ' +
      'another category.',
    keywords: ['recommendation', 'session', 'sequence model', 'cold start'],
    tips: [
      'Compare with a simple baseline first: "bought after this product" is hard to beat and costs nothing.',
      'Split training and test data by time, never at random, or the model learns from the future.',
      'Filter what is sold out and what is in the basket already before ranking, not after.',
    ],
    theory:
      'A session is a sequence of items, and the task is to predict the next one. Recurrent networks such as GRU4Rec ' +
      'keep a hidden state; **self-attention** models such as SASRec weigh all previous clicks directly and train in ' +
      'parallel. A softmax over a million items is too expensive, so training samples negatives, and correcting for ' +
      'their popularity avoids punishing common items twice. Offline evaluation ranks the item that was really clicked ' +
      '(`hit rate@k`, MRR). It is biased toward what the shop displayed, and only an online experiment shows whether ' +
      'people bought more.',
  },
  {
    code: 'virtual-glasses-try-on',
    name: 'Virtual try-on of glasses',
    industryCode: 'e-commerce',
    categoryCode: 'creative-ar',
    shortDescription: 'Shows a frame on the shopper’s own face in the camera picture, in the right size and turning with the head.',
    fullDescription:
      'Glasses are returned because they sit differently than expected. The browser finds the face in the camera ' +
      'picture, estimates its pose and size and draws the frame into it, including what the temples hide behind the ' +
      'ears. Everything runs on the device, so that no picture of a face leaves it. Shops use it to lower returns and ' +
      'to let people compare frames with friends.',
    keywords: ['augmented reality', 'face landmarks', 'pose estimation', 'rendering'],
    tips: [
      'Ask for a card of known size once, or use the distance of the pupils, otherwise every frame looks as if it fitted.',
      'Draw an invisible head that only hides: temples in front of the ears destroy the illusion at once.',
      'Test in dark rooms, and with beards, headscarves and skin of every tone before you release it.',
    ],
    theory:
      'A landmark network predicts several hundred points of the face in every video frame. From their positions and a ' +
      'generic 3D head the **perspective-n-point** problem is solved: find the rotation and translation that project ' +
      'the model points onto the image points with least squared error. A monocular picture leaves the scale open, ' +
      'because a large head far away looks like a small one nearby, so a reference length is needed. Frame-by-frame ' +
      'estimates jitter; a One-Euro filter smooths strongly at rest and little in motion, which trades noise against ' +
      'lag.',
  },
  {
    code: 'delivery-date-promise',
    name: 'Honest delivery dates',
    industryCode: 'e-commerce',
    categoryCode: 'logistics',
    shortDescription: 'Promises an arrival date that is kept nine times out of ten, instead of a cautious range.',
    fullDescription:
      'A range of three to seven days sells badly, and a missed date costs trust. From pick times, carrier, weekday, ' +
      'distance and weather the model learns the distribution of delivery times and the shop promises the date that ' +
      'will be kept with a chosen probability. Where the promise is far away, it shows which warehouse or carrier ' +
      'would shorten it.',
    keywords: ['delivery time', 'quantile regression', 'carrier', 'promise'],
    tips: [
      'Choose the probability with the people who answer complaints, not with the data team alone.',
      'Parcels still on their way are censored observations: leaving them out makes every carrier look faster.',
      'Watch coverage per region and carrier; an average of 90 % may hide a valley with 60 %.',
    ],
    theory:
      'The mean is the wrong target, because a promise made from it is broken about half the time. **Quantile ' +
      'regression** minimizes the pinball loss, which for the 90 % quantile punishes being too low nine times as much ' +
      'as being too high, so that the minimum lies where 90 % of deliveries arrive earlier. Gradient-boosted trees ' +
      'optimize it directly. Quantiles that were fitted separately may cross, and then sorting them repairs it. ' +
      'Conformal calibration on recent deliveries shifts the predictions so that the promised coverage holds on ' +
      'average, even if the model is imperfect.',
  },
  {
    code: 'marketing-mix-modeling',
    name: 'Marketing mix modeling',
    industryCode: 'e-commerce',
    categoryCode: 'marketing-intelligence',
    shortDescription: 'Estimates from weekly totals which advertising channel brings additional sales, without following people.',
    fullDescription:
      'Cookies disappear and every channel claims the same sale. A marketing mix model looks at spending and sales per ' +
      'week, separates season, price and holidays and says how much each channel added and where another euro would do ' +
      'most. It needs two or three years of totals and no personal data, and it states how unsure it is.',
    keywords: ['marketing mix', 'adstock', 'saturation', 'Bayesian regression', 'budget'],
    tips: [
      'Vary the budgets on purpose in some regions: channels that always rise together cannot be told apart.',
      'Calibrate the model with at least one real experiment per large channel.',
      'Report intervals; a return of 1.8 between 0.4 and 3.1 is no reason to move the budget.',
    ],
    theory:
      'Sales are regressed on transformed spending. **Adstock** carries effect over time, `a[t] = x[t] + d * a[t-1]` ' +
      'with a decay below one, and a saturating curve such as Hill models diminishing returns. Spending is not ' +
      'assigned at random: firms advertise when demand is high, so season, promotions and trend belong in the model, ' +
      'or advertising is credited with Christmas. Bayesian estimation puts priors on decay and saturation, which ' +
      'weekly data alone hardly identify, and yields posterior intervals. The optimal split equalizes the **marginal** ' +
      'returns of the channels, not their average returns.',
  },
];
