import { createMemoryStore } from '../../src/relay/memory-store.ts';
import { random } from '../support/relay-account.ts';
import { storeConforms } from './store-conformance.ts';

storeConforms('memory', false, async (limits) => {
  const store = createMemoryStore(limits, random(32));
  return { store, reopen: async () => store, dispose: async () => {} };
});
