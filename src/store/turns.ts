/** Runs what is asked for one name one after the other, in the order of asking; a failure is its asker's alone. */
export function createTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (name, work) => {
    const before = last.get(name);
    const turn = (async () => {
      await before;
      return work();
    })();
    const ended = turn.then(ignore, ignore);
    last.set(name, ended);
    try {
      return await turn;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}

function ignore(): void {}
