import type { UseCaseEntry } from './entry.js';

export const fintech: UseCaseEntry[] = [
  {
    code: 'card-fraud-detection',
    name: 'Card fraud detection',
    industryCode: 'fintech',
    categoryCode: 'pricing-fraud',
    shortDescription: 'Judges a card payment in milliseconds and stops the few that are not the owner’s.',
    fullDescription:
      'Fewer than one payment in a thousand is fraudulent, and every wrong refusal annoys a good customer. The model ' +
      'compares a payment with the habits of its card, its merchant and its device and gives a score while the ' +
      'terminal waits. Rules decide below and above, and people look at what lies between. Chargebacks that arrive ' +
      'weeks later teach the next version.',
    keywords: ['fraud', 'anomaly', 'imbalanced classes', 'real time', 'chargeback'],
    tips: [
      'Choose the threshold by money: the cost of a missed fraud against that of a refused customer.',
      'Let a small random share of suspicious payments pass, or you will never learn which refusals were wrong.',
      'Compute the features in one place for training and for serving; the second implementation will differ.',
    ],
    theory:
      'With 0.1 % positives accuracy says nothing, and even the ROC curve flatters, since a tiny false-positive rate ' +
      'still means more false alarms than frauds. **Precision-recall** curves show what reviewers see. ' +
      'Gradient-boosted trees over velocity features (payments per hour, distance since the last one) are a strong ' +
      'standard; graph features find rings that share devices. Resampling the classes shifts the predicted ' +
      'probabilities, which must be corrected before costs are compared with them. Labels arrive late and only for ' +
      'payments that were let through, so evaluation has to respect both the delay and the selection.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/card-fraud-detection',
  },
  {
    code: 'credit-risk-scoring',
    name: 'Credit risk scoring',
    industryCode: 'fintech',
    categoryCode: 'pricing-fraud',
    shortDescription: 'Estimates the probability that a loan is not repaid, and gives the reasons that the law asks for.',
    fullDescription:
      'A lender needs more than a ranking: the price of a loan follows from the probability of default, and an ' +
      'applicant who is refused may ask why. The model estimates that probability from income, obligations and payment ' +
      'history, never worsens a score for a better income, and names the factors that weighed most. Changes of the ' +
      'economy are watched with drift reports.',
    keywords: ['credit', 'probability of default', 'calibration', 'explainability', 'fairness'],
    tips: [
      'Fix the direction of effects such as income with monotonic constraints; it costs little and saves discussions.',
      'Compare error rates between groups, also when the protected attribute is not a feature: postcodes know it.',
      'Check calibration on the most recent cohort, because defaults follow the economy.',
    ],
    theory:
      'Pricing needs **calibrated** probabilities: of the loans scored 2 %, two in a hundred should default. Logistic ' +
      'regression on binned variables is the classical scorecard and calibrated by construction on its training data; ' +
      'boosted trees rank better and usually need isotonic or Platt recalibration. Shapley values distribute a score ' +
      'over the features and yield reasons for a refusal. Training knows only accepted applicants, which biases the ' +
      'estimate for the others. Reject inference tries to repair that with assumptions, and only accepting a few at ' +
      'random does so with data.',
  },
  {
    code: 'savings-challenges',
    name: 'Savings challenges',
    industryCode: 'fintech',
    categoryCode: 'gamification',
    shortDescription: 'Offers each saver the next small challenge that they will probably take and complete.',
    fullDescription:
      'Saving is easier in small steps: round up this week, skip three deliveries, save every refund. The app learns ' +
      'which challenge suits whom from who accepted and completed what, keeps trying new ones, and never pushes beyond ' +
      'what the account can bear. Streaks forgive a missed day, because punishing it makes people stop altogether.',
    keywords: ['savings', 'challenge', 'contextual bandit', 'motivation'],
    tips: [
      'Reward completion and money still saved after a month, not taps on the button.',
      'Exclude accounts near overdraft by a rule in front of the model.',
      'Keep a group without challenges, or you will credit the app with every pay rise.',
    ],
    theory:
      'Choosing one of several offers and seeing only the outcome of that one is a **contextual bandit**. Always ' +
      'taking the best estimate starves alternatives; Thompson sampling draws a plausible reward model from its ' +
      'posterior and plays what is best under that draw, so that exploration fades as certainty grows. LinUCB adds an ' +
      'upper confidence bound to a linear estimate instead. Logged decisions can judge a new policy through inverse ' +
      'propensity weighting, provided the probability of each action was stored and never zero. Delayed rewards need a ' +
      'proxy that really correlates with the balance months later.',
  },
  {
    code: 'customer-churn-analysis',
    name: 'Churn analysis of accounts',
    industryCode: 'fintech',
    categoryCode: 'analytics',
    shortDescription: 'Says not only who will leave but when, so that somebody can call before the account is empty.',
    fullDescription:
      'People rarely close an account; they stop using it. The analysis follows salary payments, standing orders and ' +
      'card use and estimates for every customer how the risk of leaving develops over the coming months. Branches ' +
      'receive a short list with the signs that led to it, and finance sees the lifetime value of a cohort.',
    keywords: ['churn', 'survival analysis', 'retention', 'lifetime value'],
    tips: [
      'Define churn together with the business: a dormant account is neither a customer nor a loss yet.',
      'Cut the features at the date of the prediction; a canceled standing order predicts perfectly because it is the churn.',
      'Call those whom a call can keep. That is another question than who is likely to leave.',
    ],
    theory:
      'Customers who are still there have an unknown end: they are **right-censored**. Dropping them or calling them ' +
      'loyal biases a classifier. Survival analysis uses what is known, namely that they lasted at least so long. The ' +
      'Kaplan-Meier estimate draws the share remaining over time; the Cox model relates features to the hazard, `h(t | ' +
      'x) = h0(t) * exp(b * x)`, and assumes that hazard ratios stay constant, which Schoenfeld residuals check. The ' +
      'concordance index measures whether those with higher risk leave earlier. Discrete-time hazard models turn the ' +
      'task into a classification per month.',
  },
];
