import type { Target } from './target.ts';
import * as bodies from './targets/bodies.ts';
import * as envelopes from './targets/envelopes.ts';
import * as frames from './targets/frames.ts';
import { IMAGE_TARGETS } from './targets/images.ts';
import * as lines from './targets/lines.ts';
import * as names from './targets/names.ts';
import * as records from './targets/records.ts';
import * as settings from './targets/settings.ts';
import * as terminal from './targets/terminal.ts';

/** Those that compute with keys, the slower ones. */
export const CRYPTO_TARGETS: readonly Target[] = [
  envelopes.ratchetEnvelopes(),
  envelopes.initialEnvelopes(),
  envelopes.hostileStrangers(),
  envelopes.hostilePeers(),
  records.sessionRecords(),
  records.ratchetHeaders(),
  records.initialBlocks(),
  records.preKeyBundles(),
  records.keyfiles(),
  records.backupRecords(),
  records.safetyNumberCodes(),
  bodies.attachmentStreams(),
  lines.knownAnswers(),
];

/** One for each other decoder of outside bytes. */
export const PARSER_TARGETS: readonly Target[] = [
  frames.clientFrames(),
  frames.relayFrames(),
  bodies.messageBodies(),
  bodies.paddedBodies(),
  bodies.attachmentDescriptors(),
  ...IMAGE_TARGETS,
  terminal.terminalInput(),
  terminal.sanitizer(),
  names.fileNames(),
  names.pathTexts(),
  names.searchWords(),
  lines.lineStreams(),
  lines.rpcLines(),
  settings.settings(),
  settings.forwardedAddresses(),
  settings.blobRanges(),
];

export const ALL_TARGETS: readonly Target[] = [...CRYPTO_TARGETS, ...PARSER_TARGETS];
