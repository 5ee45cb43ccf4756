import { serve } from '../../shared/jobs/child/serve.js';
import { train } from './train.js';
import type { TrainTask } from './train-task.js';

serve<TrainTask>(train);
