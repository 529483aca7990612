// Runs fuzz targets by hand: `tsx test/fuzz/fuzz.ts [--seconds N] [--seed N] [--keep] [NAME...]`.
// With --keep, inputs that reached new code are added to the corpus.
import { parseArgs } from 'node:util';
import { KEPT_MAX_BYTES, keep, readCorpus } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { Fuzzer } from './fuzzer.ts';
import { smallest } from './shrink.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const coverage = new Coverage();
const { ALL_TARGETS } = await import('./all-targets.ts');
for (const target of ALL_TARGETS) {
  if (positionals.length > 0 && !positionals.includes(target.name)) continue;
  const fuzzer = new Fuzzer(target, readCorpus(target.name), Number(values.seed), coverage);
  const report = fuzzer.run({ inputs: Number.POSITIVE_INFINITY, seconds: Number(values.seconds) });
  const { executions, seconds, findings, discoveries, outcomes } = report;
  console.log(
    `${target.name}: ${executions} inputs, ${Math.round(executions / seconds)} a second, ` +
      `${discoveries.length} discoveries, ${findings.length} findings`,
  );
  console.log(`  ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  for (const { input, thrown } of findings) {
    const stack = thrown instanceof Error ? (thrown.stack ?? '') : String(thrown);
    console.log(`  ${keep(target.name, smallest(target, input))} ${stack.split('\n').slice(0, 4).join('\n')}`);
    process.exitCode = 1;
  }
  if (!values.keep) continue;
  for (const input of discoveries) if (input.length <= KEPT_MAX_BYTES) keep(target.name, input);
}
