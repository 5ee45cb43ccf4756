import { runChildTask } from '../../shared/jobs/child/run-child-task.js';
import { profileFile } from './profile-file.js';
import type { ProfileTask } from './profile-task.js';

runChildTask<ProfileTask>(profileFile);
