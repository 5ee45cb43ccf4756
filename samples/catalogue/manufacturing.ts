import type { UseCaseEntry } from './entry.js';

export const manufacturing: UseCaseEntry[] = [
  {
    code: 'predictive-maintenance',
    name: 'Predictive maintenance',
    industryCode: 'manufacturing',
    categoryCode: 'analytics',
    shortDescription: 'Sees in vibration and temperature that a bearing will fail, weeks before it stands still.',
    fullDescription:
      'Repairing on a fixed calendar is too early for most machines and too late for some. Sensors on motors, pumps ' +
      'and spindles feed a model of normal behavior; deviations are traced to a part, and the remaining life is ' +
      'estimated with a range. Maintenance plans the repair for the next changeover, with the spare part on the shelf.',
    keywords: ['predictive maintenance', 'remaining useful life', 'vibration', 'survival analysis', 'anomaly'],
    tips: [
      'Start with machines whose stop is expensive and whose failure announces itself; not all failures do.',
      'Write down what the mechanic found. Without that label no alarm can ever be judged.',
      'Normalize by load and speed first, otherwise the model detects the night shift.',
    ],
    theory:
      'A damaged bearing produces impacts at frequencies that follow from its geometry; **envelope analysis** ' +
      'demodulates the high-frequency resonance and makes them visible. Failures are rare, so models of normal ' +
      'behavior (autoencoders, Gaussian processes, robust statistics) come first, and their residuals serve as ' +
      'indicators of health. Remaining useful life is the time until such an indicator crosses a limit, or the outcome ' +
      'of a survival model; machines that never failed are **censored** observations and not missing ones. Decisions ' +
      'minimize expected cost per time: replace when the rising hazard outweighs the value of the life that is thrown ' +
      'away.',
    isDynamic: true,
    apiEndpoint: 'https://use-cases.example.com/predictive-maintenance',
  },
  {
    code: 'visual-defect-inspection',
    name: 'Visual defect inspection',
    industryCode: 'manufacturing',
    categoryCode: 'product-intelligence',
    shortDescription: 'Finds scratches, pores and misprints on every part, learned from good parts alone.',
    fullDescription:
      'People who inspect parts get tired after twenty minutes, and pictures of defects are rare. The camera model ' +
      'learns what good parts look like and marks what deviates, at the speed of the line. Doubtful parts are put ' +
      'aside for a person, whose verdict improves the model. The statistics show which tool or batch causes which ' +
      'defect.',
    keywords: ['quality inspection', 'anomaly detection', 'computer vision', 'defects'],
    tips: [
      'Spend on lighting before you spend on models: a defect that casts no shadow is not in the picture.',
      'Agree on limit samples with the customer, or you will argue about every scratch.',
      'Check the model every shift with a few known defective parts.',
    ],
    theory:
      'With few defects supervised training fails, so one models normality. **Patch-based** methods take features of a ' +
      'pre-trained network for each small region, keep a representative memory of those from good parts (a coreset), ' +
      'and score a new patch by its distance to the nearest remembered one; the largest distance judges the part, the ' +
      'map shows where. The threshold follows from cost and prevalence: at one defect in ten thousand, even 99.9 ' +
      'percent specificity yields ten false alarms per true one. Shifts of light or camera look like anomalies, which ' +
      'makes a fixed reference part a cheap safeguard.',
  },
  {
    code: 'safety-stock-planning',
    name: 'Safety stock planning',
    industryCode: 'manufacturing',
    categoryCode: 'logistics',
    shortDescription: 'Computes how much of each part must be kept in stock, given suppliers who are not always punctual.',
    fullDescription:
      'One missing screw stops a line, yet stock ties up money. The planner learns the distribution of lead times per ' +
      'supplier and of consumption per part, proposes reorder points for an agreed service level and warns when a ' +
      'supplier drifts. Simulated disruptions show which parts need a second source more than they need a larger shelf.',
    keywords: ['safety stock', 'lead time', 'service level', 'supplier risk', 'inventory'],
    tips: [
      'Lead times have long tails; a normal distribution with their mean and deviation promises too much.',
      'Differentiate the service level: an expensive part of a slow product does not deserve 99 %.',
      'Measure the supplier from order to goods received, including your own inspection.',
    ],
    theory:
      'Demand during the lead time has variance `L * σd² + d² * σL²`: both the fluctuation of demand and, often more ' +
      'strongly, that of the lead time contribute. Safety stock is `z * σ` with z from the wanted **cycle service ' +
      'level**, the probability of no shortage in a cycle. That is not the *fill rate*, the share of demand served at ' +
      'once, which needs the loss function and is usually what customers mean. Skewed lead times call for quantiles ' +
      'from simulation or bootstrap instead of z. In multi-stage networks, placing stock at decoupling points saves ' +
      'more than optimizing each store alone.',
  },
  {
    code: 'ar-assembly-guidance',
    name: 'Guided assembly in AR',
    industryCode: 'manufacturing',
    categoryCode: 'creative-ar',
    shortDescription: 'Projects the next step onto the workpiece itself and notices when a part is missing.',
    fullDescription:
      'Small series mean many variants and thick folders. Glasses or a tablet recognize the workpiece, lay the next ' +
      'part and its place over the real view, and confirm the step when the camera sees it done. New colleagues are ' +
      'productive within days, and each built unit has a record of its steps. Hands stay free and nobody is filmed ' +
      'beyond the bench.',
    keywords: ['augmented reality', '6D pose', 'assembly', 'worker guidance'],
    tips: [
      'Use the CAD data that exist to render training pictures with varied light and background.',
      'Confirm by sight only what can be seen, and ask for a tap where it cannot.',
      'Let experienced workers switch hints off; otherwise they take the glasses off.',
    ],
    theory:
      'Overlaying needs the **6D pose** of the object, three numbers of rotation and three of translation. Networks ' +
      'predict correspondences between pixels and points of the CAD model, from which PnP with RANSAC computes the ' +
      'pose while ignoring outliers; refinement aligns rendered and real edges. Symmetric parts have several right ' +
      'poses, so the loss must accept all of them. Between detections visual-inertial odometry follows the camera: the ' +
      'gyroscope bridges fast motion, the image corrects drift. Training on rendered pictures works when **domain ' +
      'randomization** varies texture and light so widely that reality looks like one more variation.',
  },
];
