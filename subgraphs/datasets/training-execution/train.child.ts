import { runChildTask } from '../../shared/jobs/child/run-child-task.js';
import { train } from './train.js';
import type { TrainTask } from './train-task.js';

runChildTask<TrainTask>(train);
