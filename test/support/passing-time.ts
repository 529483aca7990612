import type { TestContext } from 'node:test';

/** Time that passes when the test says so: every `setTimeout` of this process from here to the test's end waits for it. */
export interface PassingTime {
  /** Lets so many milliseconds pass in steps of at most 10, between which everything that can go on does. */
  pass(ms: number): Promise<void>;
}

export function passingTime(context: TestContext): PassingTime {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  return {
    async pass(ms) {
      for (let left = ms; left > 0; left -= 10) {
        await settled();
        context.mock.timers.tick(Math.min(left, 10));
      }
      await settled();
    },
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
