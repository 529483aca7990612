import { test } from 'node:test';
import type { Background } from '../../../src/tui/term/theme.ts';
import { assertScreen } from '../../support/golden-screen.ts';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { KEY, type ScriptedInterface, startScripted } from '../../support/scripted-interface.ts';

interface Plan {
  readonly name: string;
  readonly keys: readonly string[];
  readonly afterwards?: (scripted: ScriptedInterface) => Promise<void>;
}

const SIZES = [
  [80, 24],
  [120, 40],
  [50, 20],
] as const;

function pasted(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}

/** Two seconds of a picture on its way to carol. */
async function uploading(scripted: ScriptedInterface): Promise<void> {
  const told = (done: number): void =>
    scripted.client.tell({
      event: 'transfer',
      id: 'on-its-way',
      chat: 'carol',
      direction: 'upload',
      state: 'running',
      done,
      bytes: 24_000_000,
    });
  told(0);
  await scripted.pass(2_000);
  told(2_400_000);
  await scripted.pass(2_000);
}

const PLANS: readonly Plan[] = [
  { name: 'files', keys: [KEY.ctrlO, KEY.down, KEY.enter] },
  { name: 'files-filtered', keys: ['/send-image', KEY.enter, 'ho'] },
  { name: 'chosen', keys: ['/send-image ~/Pictures/cat.png', KEY.enter, 'look who is here'] },
  { name: 'offer', keys: [pasted("'/home/alice/holiday.jpg' ")] },
  { name: 'selection', keys: [KEY.ctrlSpace, 'k', 'k'] },
  { name: 'delete-question', keys: [KEY.ctrlSpace, 'D'] },
  { name: 'erase-question', keys: ['/delete-history', KEY.enter] },
  { name: 'delete-account', keys: ['/delete-account', KEY.enter, 'secret'] },
  {
    name: 'change-password',
    keys: ['/change-password', KEY.enter, 'old', KEY.tab, 'new one', KEY.tab, 'new', KEY.enter],
  },
  { name: 'transfer', keys: [], afterwards: uploading },
];

async function assertPlan(
  context: { after(done: () => Promise<void>): void },
  { name, keys, afterwards }: Plan,
  look: { readonly cols: number; readonly rows: number; readonly theme: Background },
): Promise<void> {
  const scripted = await startScripted({ ...look, setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, ...keys);
  await afterwards?.(scripted);
  assertScreen(`${name}-${look.cols}x${look.rows}-${look.theme}`, scripted.screen);
}

for (const plan of PLANS) {
  for (const [cols, rows] of SIZES) {
    for (const theme of ['dark', 'light'] as const) {
      test(`${plan.name} looks as it should at ${cols} by ${rows}, ${theme}`, (context) =>
        assertPlan(context, plan, { cols, rows, theme }));
    }
  }
}

for (const depth of ['16', 'none'] as const) {
  test(`the selection can be seen with ${depth === '16' ? '16 colours' : 'no colours'}`, async (context) => {
    const scripted = await startScripted({ depth, setUp: fillWithPeople });
    context.after(() => scripted.close());
    await scripted.press('bob', KEY.enter, KEY.ctrlSpace, 'k', 'k');
    assertScreen(`selection-80x24-${depth}`, scripted.screen);
  });
}
