import { serve } from '../../shared/jobs/child/serve.js';
import { profileFile } from './profile-file.js';
import type { ProfileTask } from './profile-task.js';

serve<ProfileTask>(profileFile);
