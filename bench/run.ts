// npm run bench [-- chat|echo|relay-postgres] [--json]: measures, prints a table or one JSON line a case.
import { benchChat } from './chat.ts';
import { benchEcho } from './echo.ts';
import { benchRelayPostgres } from './relay-postgres.ts';

const SUITES = { chat: benchChat, echo: benchEcho, 'relay-postgres': benchRelayPostgres } as const;

const words = process.argv.slice(2).filter((word) => word !== '--json');
const asJson = process.argv.includes('--json');
const unknown = words.filter((word) => !Object.hasOwn(SUITES, word));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(' ')}; there are: ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(SUITES)) {
  if (words.length > 0 && !words.includes(name)) continue;
  const cases = await run();
  if (asJson) for (const each of cases) console.log(JSON.stringify({ suite: name, ...each }));
  else console.table(cases);
}
process.exit();
