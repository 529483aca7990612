// npm run bench [-- session chat echo tui relay] [--json]: measures, prints a table or one JSON line a case; ends with 1
// where a must is missed. `--store postgres`, `--case`, `--seconds` and `--rounds` are the relay's.
import { parseArgs } from 'node:util';
import { type RelayBenchOptions, relayOptions } from './relay/options.ts';
import { report } from './report.ts';

const TUI_COUNTS = { loaded: [1_000, 100_000], stored: [1_000, 10_000, 100_000, 1_000_000] };

// Each is loaded only where it is run, so that none carries the others' weight.
const session = async () => (await import('./session.ts')).benchSession();
const chat = async () => (await import('./chat.ts')).benchChat();
const echo = async () => (await import('./echo.ts')).benchEcho();
const tui = async () => (await import('./tui.ts')).benchTui(TUI_COUNTS);
async function relay(options: RelayBenchOptions) {
  if (options.store === 'postgres') return (await import('./relay-postgres.ts')).benchRelayPostgres(options.rounds);
  return (await import('./relay.ts')).benchRelay(options);
}

const SUITES = { session, chat, echo, tui, relay } as const;

function asked() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      store: { type: 'string', default: 'sqlite' },
      case: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const unknown = positionals.filter((word) => !Object.hasOwn(SUITES, word));
  if (unknown.length > 0) {
    throw new Error(`no such benchmark: ${unknown.join(' ')}; there are: ${Object.keys(SUITES).join(', ')}`);
  }
  return { names: positionals, asJson: values.json, relayOptions: relayOptions(values) };
}

function askedOrEnd(): ReturnType<typeof asked> {
  try {
    return asked();
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exit(2);
  }
}

const { names, asJson, relayOptions: options } = askedOrEnd();
let held = true;
for (const [name, run] of Object.entries(SUITES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  held = report(await run(options), asJson) && held;
}
process.exit(held ? 0 : 1);
