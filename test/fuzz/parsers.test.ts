import { fuzzTests } from './fuzz-tests.ts';

await fuzzTests(async () => (await import('./all-targets.ts')).PARSER_TARGETS);
