import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const NOTICE = /^(licen[cs]e|copying|notice)/i;

/** The licences of the packages that these files of a bundle are from, as they ask to be passed on. */
export function licencesOf(files) {
  const folders = new Map();
  for (const file of files) {
    const [start, name] = PACKAGE.exec(file) ?? [];
    if (name !== undefined) folders.set(name, start);
  }
  const parts = [...folders].sort().map(([name, folder]) => {
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => NOTICE.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0) throw new Error(`${name} is bundled, and its licence is not found`);
    return `${name} ${version}, ${license}\n\n${texts.join('\n\n')}\n`;
  });
  return `The programs in this folder hold these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
