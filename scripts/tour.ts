// Draws the pictures of docs/tour.md out of the states that the golden screens show.
import { mkdir, writeFile } from 'node:fs/promises';
import { fillWithPeople } from '../test/support/scripted-chats.ts';
import { KEY, startScripted } from '../test/support/scripted-interface.ts';
import { gridToSvg } from './grid-to-svg.ts';

const OUTPUT = 'assets/tour';

/** Each picture by the keys that lead to it. */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  chat: ['bob', KEY.enter],
  request: ['stranger', KEY.enter],
  'safety-number': ['carol', KEY.enter, KEY.f4],
  'changed-key': ['mallory', KEY.enter, KEY.f4],
  selection: ['bob', KEY.enter, KEY.ctrlSpace, 'k', 'k'],
  search: ['bob', KEY.enter, KEY.f3, 'the'],
  switcher: ['bob', KEY.enter, KEY.ctrlP, 'a'],
  files: ['bob', KEY.enter, KEY.ctrlO, KEY.down, KEY.enter],
  help: ['bob', KEY.enter, KEY.f1],
};

await mkdir(OUTPUT, { recursive: true });
for (const [name, keys] of Object.entries(PICTURES)) {
  const scripted = await startScripted({ cols: 96, rows: 28, setUp: fillWithPeople });
  await scripted.press(...keys);
  await writeFile(`${OUTPUT}/${name}.svg`, gridToSvg(scripted.screen, { title: 'smchat' }));
  await scripted.close();
}
console.log(`wrote ${Object.keys(PICTURES).length} pictures to ${OUTPUT}`);
