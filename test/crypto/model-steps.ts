import fc from 'fast-check';
import type { Side, Step } from './model.ts';

const side = fc.constantFrom<Side>(0, 1);
const place = fc.nat(11);
const dies = fc.nat(24).map((n) => n === 24);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('send' as const), side, dies }) },
  { weight: 18, arbitrary: fc.record({ do: fc.constant('turn' as const), side, held: fc.constantFrom(0, 1, 1, 3) }) },
  { weight: 24, arbitrary: fc.record({ do: fc.constant('deliver' as const), side, place, dies }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('repeat' as const, 'drop' as const), side, place, dies }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('replay' as const), side, place }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'steal' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('connect' as const), side }) },
);

/** Schedules of 6 to 22 steps, which fast-check shrinks to the shortest that still breaks a promise. */
export const schedules = fc.array(step, { minLength: 6, maxLength: 22, size: 'max' });
