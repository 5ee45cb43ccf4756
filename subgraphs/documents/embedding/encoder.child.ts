// The process that embeds texts. It handles one batch at a time, and ends with its parent.
import { constants, setPriority } from 'node:os';
import type { EncoderRequest, EncoderResponse } from './encoder-messages.js';
import { SentenceEncoder } from './sentence-encoder.js';

// Requests come first: embedding a large document occupies all cores for minutes.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const encoder = SentenceEncoder.load(Number(process.argv[2]));

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', ({ texts }: EncoderRequest) => {
  encoder
    .then((loaded) => loaded.encode(texts))
    .then(
      (vectors): EncoderResponse => ({ kind: 'vectors', vectors }),
      (error: unknown): EncoderResponse => ({ kind: 'fault', message: String(error) }),
    )
    .then((response) => process.send!(response));
});
