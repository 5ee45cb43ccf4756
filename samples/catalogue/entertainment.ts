import type { UseCaseEntry } from './entry.js';

export const entertainment: UseCaseEntry[] = [
  {
    code: 'content-recommendation',
    name: 'Film and music recommendation',
    industryCode: 'entertainment',
    categoryCode: 'personalization',
    shortDescription: 'Fills the first rows of a start page with what this person will enjoy tonight.',
    fullDescription:
      'Of ten thousand titles twenty are seen. The recommender learns from what was watched to the end, stopped and ' +
      'searched, combines the taste of similar people with what is known of each title, and leaves room for the new ' +
      'and the unexpected. Families share accounts, so it asks who is watching instead of averaging a children’s film ' +
      'with a thriller.',
    keywords: ['recommendation', 'matrix factorization', 'implicit feedback', 'exploration'],
    tips: [
      'Optimize finished titles and people who return next month; clicks reward lurid pictures.',
      'Reserve a few places for exploration and store the probability with which each was shown.',
      'Say why something is recommended, and let people remove it.',
    ],
    theory:
      'Matrix factorization explains interactions by the product of a user and an item vector. **Implicit feedback** ' +
      'has no dislikes: what was not watched may be unknown. Weighted alternating least squares treats every missing ' +
      'entry as a weak zero and watched ones as confident ones; Bayesian personalized ranking instead learns that ' +
      'watched items score above sampled others. Large systems work in two stages, fast retrieval of hundreds and ' +
      'precise ranking of these. Feedback loops are the danger: a model trained on its own recommendations makes the ' +
      'popular more popular. Exploration and inverse propensity weights counteract.',
  },
  {
    code: 'artwork-selection',
    name: 'Choosing the cover picture',
    industryCode: 'entertainment',
    categoryCode: 'creative-ar',
    shortDescription: 'Makes several cover pictures from a film and learns which one speaks to whom.',
    fullDescription:
      'The picture decides within a second. Candidates are taken from the film itself: sharp, well lit, with faces in ' +
      'good composition and without spoilers; variants get a title in readable contrast. A small experiment per title ' +
      'finds the picture that leads to people who keep watching, separately for audiences that react differently. ' +
      'Editors approve every candidate.',
    keywords: ['artwork', 'image selection', 'bandit', 'aesthetics', 'saliency'],
    tips: [
      'Count viewers who stay, not clicks: a misleading picture wins the click and loses the evening.',
      'Do not choose pictures by guessed ethnicity or sex; context such as genre watched before works and is defensible.',
      'Stop testing a picture early only by a rule fixed in advance.',
    ],
    theory:
      'Frames are sampled per shot and scored for sharpness, exposure, faces and learned **aesthetics**, a regression ' +
      'from human ratings; near copies are removed by distance of their embeddings. Testing all candidates evenly ' +
      'wastes viewers on bad ones. A **multi-armed bandit** shifts traffic while learning: Thompson sampling keeps a ' +
      'Beta posterior of the success rate per picture, draws one value from each and shows the largest. Regret grows ' +
      'only logarithmically with time, against linear growth for a fixed split. Novelty wears off, so older ' +
      'observations are discounted; otherwise the early winner stays for ever.',
  },
  {
    code: 'skill-matchmaking',
    name: 'Skill-based matchmaking',
    industryCode: 'entertainment',
    categoryCode: 'gamification',
    shortDescription: 'Brings players together whose match is open until the end, without long waits.',
    fullDescription:
      'A match that is decided after a minute is no fun for either side. The system estimates the strength of each ' +
      'player with its uncertainty, forms teams with nearly equal chances, respects ping, language and friends who ' +
      'play together, and widens the search the longer somebody waits. New players are placed quickly and are not fed ' +
      'to veterans.',
    keywords: ['matchmaking', 'Elo', 'TrueSkill', 'game balance'],
    tips: [
      'Show ranks that move slowly and match by the hidden estimate.',
      'Watch the predicted chances against the results: of matches called 60 %, sixty in a hundred should be won.',
      'Treat players who lose on purpose as a problem of its own.',
    ],
    theory:
      '**Elo** predicts the result from the difference of two ratings by a logistic curve and moves both by `K * ' +
      '(result - expected)`, which is stochastic gradient ascent on the likelihood. It does not know how sure it is: a ' +
      'fixed K is too slow for newcomers and too nervous for veterans. Glicko and TrueSkill keep a Gaussian per ' +
      'player; the variance shrinks with games, and in Glicko it grows with absence. TrueSkill infers individual ' +
      'strength from team results by message passing in a factor graph. Matching itself is an assignment problem that ' +
      'weighs quality against waiting time.',
  },
  {
    code: 'release-buzz-tracking',
    name: 'Tracking the buzz before a release',
    industryCode: 'entertainment',
    categoryCode: 'marketing-intelligence',
    shortDescription: 'Follows what people say and search before a premiere and tells interest from noise.',
    fullDescription:
      'Trailers, posters and interviews start conversations in many places. The tracker collects public mentions and ' +
      'search volume, removes bots and copies, groups them into topics and compares the course with earlier titles of ' +
      'the same size. Marketing sees which audience is warming up, which joke fell flat, and how the first weekend ' +
      'will probably look.',
    keywords: ['social listening', 'topic model', 'opening forecast', 'bots'],
    tips: [
      'Compare titles at equal distance from their release, never at the same date.',
      'Volume before opinion: controversy sells tickets and so does affection, silence does not.',
      'Store how a source was collected; a platform’s changed interface looks like a changed audience.',
    ],
    theory:
      'Embedding posts and clustering them by density finds **topics** without fixing their number; class-based TF-IDF ' +
      'names them. Sentiment models trained on reviews transfer badly to slang, so a few hundred labels from your own ' +
      'domain are worth more than a larger model. Whether buzz *leads* sales is a question of time series: it should ' +
      'improve a forecast beyond what past sales, screens and season give, which is the idea of **Granger causality** ' +
      'and not yet proof of cause. Opening revenues are strongly skewed; regressing their logarithm keeps a few ' +
      'blockbusters from dominating the fit.',
  },
];
