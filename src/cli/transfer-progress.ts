import type { SmchatClient } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { sizeText } from './human-text.ts';
import type { Output } from './output.ts';

type Transfer = Extract<SmchatEvent, { readonly event: 'transfer' }>;

/** So far back a file's name is looked for. */
const NAMES_FROM_MESSAGES = 200;
const ARROWS = { upload: '↑', download: '↓' } as const;

/** One transfer as a line: `↑ holiday.jpg  43 % of 2.8 MB`. */
export function progressText(name: string, { direction, state, done, bytes, reason }: Transfer): string {
  const head = `${ARROWS[direction]} ${name}`;
  if (state === 'waiting') return `${head}  waiting${reason === undefined ? '' : `: ${reason}`}`;
  const percent = bytes === 0 ? 100 : Math.floor((Math.min(done, bytes) / bytes) * 100);
  return `${head}  ${percent} % of ${sizeText(bytes)}`;
}

/** Runs `work` and shows meanwhile how far this account's files are, to a person at a terminal and to nobody else. */
export async function withProgress<T>(
  output: Output,
  client: SmchatClient,
  direction: Transfer['direction'],
  work: () => Promise<T>,
): Promise<T> {
  if (!output.showsProgress) return work();
  const names = new Map<string, string>();
  let latest: Transfer | null = null;
  const show = (): void => {
    const isUnderWay = latest?.state === 'running' || latest?.state === 'waiting';
    output.progress(latest !== null && isUnderWay ? progressText(names.get(latest.id) ?? '', latest) : '');
  };
  const learnName = async ({ id, chat }: Transfer): Promise<void> => {
    names.set(id, '');
    const messages = await client.history(chat, { limit: NAMES_FROM_MESSAGES }).catch(() => []);
    for (const message of messages)
      if (message.attachment !== undefined) names.set(message.id, message.attachment.name);
    show();
  };
  const unsubscribe = client.subscribe(
    (event) => {
      if (event.event !== 'transfer' || event.direction !== direction) return;
      latest = event;
      if (names.has(event.id)) show();
      else void learnName(event);
    },
    { only: 'transfers' },
  );
  try {
    return await work();
  } finally {
    unsubscribe();
    latest = null;
    show();
  }
}
