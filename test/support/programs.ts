import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));

/** The built programs, as users run them; `npm test` builds them first. */
export const PROGRAMS = { smchat: path('smchat'), relay: path('smchat-relay') } as const;

for (const file of Object.values(PROGRAMS)) {
  if (!existsSync(file)) throw new Error(`${file} is not there: run npm run build first`);
}
