import type { UseCaseEntry } from './entry.js';

export const healthcare: UseCaseEntry[] = [
  {
    code: 'appointment-no-shows',
    name: 'Missed appointments',
    industryCode: 'healthcare',
    categoryCode: 'analytics',
    shortDescription: 'Estimates which appointments will be missed, so that patients are reminded and slots are not lost.',
    fullDescription:
      'In many outpatient departments at least one appointment in ten is missed, while others wait for weeks. From ' +
      'lead time, earlier visits, weekday and way of booking the model estimates the probability of absence. High ' +
      'risks get a call instead of a message or an offer of another time. The result is used to help people come, ' +
      'never to push them to the end of the list.',
    keywords: ['no-show', 'scheduling', 'calibration', 'fairness', 'reminder'],
    tips: [
      'Lead time is the strongest factor: shorter waiting lists may help more than any model.',
      'Do not double-book the patients with the highest risk; they are often those with the longest way and the least flexible work.',
      'Measure attendance against a group that was reminded as before.',
    ],
    theory:
      'The useful output is a **calibrated** probability, because expected absences add up: if the risks of a session ' +
      'sum to 1.4, overbooking by one is reasonable, whatever the individual ranking. Calibration is checked with a ' +
      'reliability diagram and the Brier score, which rewards sharp and honest probabilities together. Risk correlates ' +
      'with poverty and distance, so equal thresholds shift burdens to those who have least; error rates and ' +
      'consequences belong in a report per group. A reminder changes the outcome that the next model is trained on, ' +
      'and the treatment has to be stored with the label.',
  },
  {
    code: 'patient-flow-forecasting',
    name: 'Patient flow forecasting',
    industryCode: 'healthcare',
    categoryCode: 'logistics',
    shortDescription: 'Predicts arrivals in the emergency department and free beds for the next hours and days.',
    fullDescription:
      'Overcrowding starts hours before it is seen. The forecast combines arrivals by hour, the course of the day and ' +
      'week, weather and infections with the expected time of discharge of every ward. The bed manager sees where it ' +
      'will be tight this evening and which three discharges would help most, and staff planning sees the coming two ' +
      'weeks.',
    keywords: ['emergency department', 'bed occupancy', 'queueing', 'time series'],
    tips: [
      'Forecast arrivals and lengths of stay apart; occupancy follows from both and can then be explained.',
      'Show an interval. A single number of free beds will be taken for a promise.',
      'Retrain after a reorganization instead of waiting until the error has grown.',
    ],
    theory:
      'Arrivals are close to a **Poisson process** whose rate changes with hour and season; a generalized linear model ' +
      'or boosted trees with Poisson loss fits it, and overdispersion calls for a negative binomial. Little’s law, `L ' +
      '= λW`, ties mean occupancy to arrival rate and length of stay, whatever the distributions. Delay explodes near ' +
      'full load: in the simplest queue the mean wait grows with `ρ / (1 - ρ)`, so the step from 85 to 95 percent ' +
      'hurts far more than that from 60 to 70. Lengths of stay are skewed and censored, hence survival models rather ' +
      'than means.',
  },
  {
    code: 'device-complaint-mining',
    name: 'Mining device complaints',
    industryCode: 'healthcare',
    categoryCode: 'product-intelligence',
    shortDescription: 'Reads thousands of reports about medical devices and raises the pattern that a person should look at.',
    fullDescription:
      'Makers of devices must find safety signals in free text from hospitals, call centers and registers. Language ' +
      'models extract device, part, event and harm from each report, normalize them to standard terms and count what ' +
      'occurs more often than expected. A specialist judges every signal; the software only makes sure that none ' +
      'drowns among a hundred thousand reports.',
    keywords: ['vigilance', 'entity recognition', 'signal detection', 'medical device'],
    tips: [
      'Keep the sentence from which each fact was taken, so that a reviewer can check it in seconds.',
      'Detect copies: one event reported by three people is one event.',
      'Measure recall on harmful events on its own; a mean over all classes hides exactly those.',
    ],
    theory:
      'Entity recognition marks spans in a text; linking maps them to a vocabulary so that different words count as ' +
      'one event. Negation and speculation ("no leak was found") must be recognized, or harmless reports raise alarms. ' +
      'Signals are found by **disproportionality**: the reporting odds ratio compares how often an event is reported ' +
      'for one device and for all others. Reports are no rates, since nobody knows how many devices are in use, and ' +
      'publicity raises reporting. Small counts give wild ratios; empirical Bayes shrinkage pulls them toward one ' +
      'until evidence accumulates.',
  },
  {
    code: 'rehabilitation-coach',
    name: 'Rehabilitation coach',
    industryCode: 'healthcare',
    categoryCode: 'gamification',
    shortDescription: 'Turns exercises after an operation into levels, counts clean repetitions and adapts the difficulty.',
    fullDescription:
      'Exercises help only if they are done, and done properly. The camera of a tablet follows the joints, counts ' +
      'repetitions that reach the agreed angle and gives one hint at a time. Levels rise when exercises become easy ' +
      'and fall on bad days. The therapist sets the limits, sees the course over weeks and is told when pain is ' +
      'reported.',
    keywords: ['rehabilitation', 'pose estimation', 'adaptive difficulty', 'adherence'],
    tips: [
      'Let the therapist set hard limits on angle and load that no adaptation may exceed.',
      'Praise regularity instead of records; records are how people hurt themselves.',
      'Keep video on the device and transmit angles only.',
    ],
    theory:
      'Pose networks predict a heat map per joint; angles follow from three joints and are smoothed over time. A ' +
      'single camera sees depth poorly, so movements toward the lens are underestimated and the placement matters. ' +
      'Repetitions are found as cycles of an angle with hysteresis, which keeps trembling at the threshold from ' +
      'counting twice. Difficulty is a control problem: with a **staircase** rule of one step up after two successes ' +
      'and one down after a failure, the success rate settles near 71 percent. Bayesian versions keep a distribution ' +
      'over ability and choose the level for a wanted probability of success.',
  },
];
