// `node --import ./scripts/typescript.mjs FILE.ts`: runs TypeScript on a Node that does not read it by itself.
// Lighter than tsx, which looks for many things that this project does not have; the suite starts some 300 processes.
import { register } from 'node:module';

if (!process.features.typescript) {
  process.setSourceMapsEnabled(true);
  register('./typescript-hooks.mjs', import.meta.url);
}
