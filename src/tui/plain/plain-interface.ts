import type { SmchatClient } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import { Dialogue } from './dialogue.ts';
import { PlainAccount } from './plain-account.ts';
import { openAccount } from './plain-login.ts';
import type { PlainOptions } from './plain-ports.ts';
import { type Next, type RunnerOptions, runLine, tellState } from './plain-runner.ts';
import { Speaker } from './speaker.ts';

/** So long a line that came through a pipe has to reach the relay before the end. */
const FAREWELL_MS = 10_000;

/** The interface as lines; resolves when whoever types it ends it, and rejects where no account can be opened. */
export async function startPlain(options: PlainOptions): Promise<void> {
  const speaker = new Speaker({ write: options.write, showsPrompt: options.showsPrompt });
  const dialogue = new Dialogue(speaker, options.lines);
  dialogue.note('smchat, as lines; /options tells the commands at every prompt');
  for (let isFirst = true; ; isFirst = false) {
    const opened = await openAccount(options, dialogue, isFirst);
    if (opened.kind !== 'open') return;
    if ((await useAccount(options, speaker, dialogue, opened.client)) === 'quit') return;
  }
}

async function useAccount(
  options: PlainOptions,
  speaker: Speaker,
  dialogue: Dialogue,
  client: SmchatClient,
): Promise<Next> {
  const works = new Set<Promise<void>>();
  const underWay = new Set<string>();
  let wake: () => void = () => undefined;
  // What waited for a listener is counted in the contacts' lines.
  let isTold = false;
  let account: PlainAccount | null = null;
  const unsubscribe = client.subscribe((event) => {
    followOwn(event, underWay);
    if (underWay.size === 0) wake();
    if (isTold) account?.happened(event);
  });
  try {
    const [{ account: name, relay }, connection] = await Promise.all([client.whoami(), client.connection()]);
    const { clock, now } = options;
    const isOnline = connection.state === 'online';
    account = new PlainAccount({ client, account: name, isOnline, speaker, dialogue, clock, now });
    const runner: RunnerOptions = {
      account,
      dialogue,
      hidden: options.hidden,
      places: options.places,
      background(work) {
        const watched = work.catch((thrown: unknown) => dialogue.failure(thrown)).finally(() => works.delete(watched));
        works.add(watched);
      },
    };
    dialogue.note(`${name} is open, at ${relay}, ${connection.state}`);
    await tellState(runner);
    isTold = true;
    const next = await readLines(account, dialogue, runner);
    await untilStopped(options.stopped, Promise.all(works));
    if (underWay.size > 0 && !account.isGone) {
      let cancel: () => void = () => undefined;
      const settled = new Promise<void>((resolve) => {
        wake = resolve;
        cancel = options.timer(FAREWELL_MS, resolve);
      });
      await untilStopped(options.stopped, settled);
      cancel();
    }
    if (underWay.size > 0) dialogue.note('what has not reached the relay goes out when the account is open again');
    return next;
  } finally {
    unsubscribe();
    await client.close();
  }
}

/** Waits for work, but no longer than until everything is to end. */
async function untilStopped(stopped: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (stopped.aborted) return;
  let stop: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    stop = resolve;
    stopped.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([work, end]);
  stopped.removeEventListener('abort', stop);
}

async function readLines(account: PlainAccount, dialogue: Dialogue, runner: RunnerOptions): Promise<Next> {
  for (;;) {
    const line = await dialogue.read(account.openName === null ? 'no chat>' : `to ${account.openName}>`);
    if (line === null) return 'quit';
    const next = await runLine(runner, line);
    if (next !== 'stay') return next;
    if (account.isGone) return 'logout';
  }
}

/** Which own messages the relay does not have yet, of those that this process knows of. */
function followOwn(event: SmchatEvent, underWay: Set<string>): void {
  if (event.event === 'own_message' && event.status === 'queued') underWay.add(event.id);
  if (event.event === 'status' && event.status !== 'queued') underWay.delete(event.id);
  if (event.event === 'delete') underWay.delete(event.id);
}
