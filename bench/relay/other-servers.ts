import type { Bound } from '../report.ts';
import { programOnPath } from './foreign-server.ts';
import { startMosquittoSide } from './mosquitto-side.ts';
import { startProsodySide } from './prosody-side.ts';
import type { Side } from './side.ts';

/** A server of somebody else that the relay is held against where it is installed. */
export interface OtherServer {
  readonly name: string;
  /** Processor time of a message, ours beside its. */
  readonly bound: Bound;
  start(program: string, pairs: number): Promise<Side>;
}

const OTHERS: readonly OtherServer[] = [
  { name: 'mosquitto', bound: { of: 'ratio', at: 'most', must: 2, aim: 1.4 }, start: startMosquittoSide },
  { name: 'prosody', bound: { of: 'ratio', at: 'most', must: 1 / 8, aim: 1 / 15 }, start: startProsodySide },
];

/** Those that are on the PATH; of the others it says aloud that nothing is measured beside them. */
export function othersOnPath(): readonly { readonly server: OtherServer; readonly program: string }[] {
  return OTHERS.flatMap((server) => {
    const program = programOnPath(server.name);
    if (program !== null) return [{ server, program }];
    console.error(`SKIPPED: ${server.name} is not on the PATH, nothing is measured beside it`);
    return [];
  });
}
