// npm run bench [-- session chat echo relay-postgres] [--json]: measures, prints a table or one JSON line a case; ends with 1 where a
// must is missed.
import { report } from './report.ts';

// Each is loaded only where it is run, so that none carries the others' weight.
const session = async () => (await import('./session.ts')).benchSession();
const chat = async () => (await import('./chat.ts')).benchChat();
const echo = async () => (await import('./echo.ts')).benchEcho();
const relayPostgres = async () => (await import('./relay-postgres.ts')).benchRelayPostgres();

const SUITES = { session, chat, echo, 'relay-postgres': relayPostgres } as const;

const words = process.argv.slice(2).filter((word) => word !== '--json');
const asJson = process.argv.includes('--json');
const unknown = words.filter((word) => !Object.hasOwn(SUITES, word));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(' ')}; there are: ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
let held = true;
for (const [name, run] of Object.entries(SUITES)) {
  if (words.length > 0 && !words.includes(name)) continue;
  held = report(await run(), asJson) && held;
}
process.exit(held ? 0 : 1);
