import { createRelayPort } from '../../src/net/relay-port.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { Delivery, PublishedBundle, RelayAnswer, RelayPort } from '../../src/session/relay-port.ts';
import type { Vault } from '../../src/session/vault-port.ts';
import { type Person, type PersonPorts, person } from '../support/people.ts';
import { SteeredClock } from './changes-fixture.ts';

/** A relay's hand on what one account gets: each delivery may be changed, repeated or dropped. */
export interface Hand {
  touch: (delivery: Delivery) => readonly Delivery[];
  /** The relay says nothing of copies. */
  hidesCopies: boolean;
  /** What is given out for a name; `fetch` asks the relay. */
  bundle: (fetch: () => Promise<RelayAnswer<PublishedBundle>>) => Promise<RelayAnswer<PublishedBundle>>;
  /** What came, as it came. */
  readonly seen: Delivery[];
}

/** A person behind such a relay, with a steered clock and the vault in sight. */
export interface Handled {
  readonly person: Person;
  readonly hand: Hand;
  readonly clock: SteeredClock;
  readonly vault: () => Vault;
}

export async function handled(name: string, relayUrl: string): Promise<Handled> {
  const hand: Hand = { touch: (delivery) => [delivery], hidesCopies: false, bundle: (fetch) => fetch(), seen: [] };
  const clock = new SteeredClock();
  let vault: Vault | null = null;
  const ports: PersonPorts = {
    clock,
    relay: inHand(createRelayPort(), hand),
    wrapVault(opened) {
      vault = opened;
      return opened;
    },
  };
  return {
    person: await person(name, relayUrl, ports),
    hand,
    clock,
    vault() {
      if (vault === null) throw new Error('no vault is open');
      return vault;
    },
  };
}

const SPREAD = 1_000n;

function inHand(port: RelayPort, hand: Hand): RelayPort {
  return {
    ...port,
    async login(url, credentials, tokens, handlers) {
      const connection = await port.login(url, credentials, tokens, {
        ...handlers,
        deliver(delivery) {
          hand.seen.push(delivery);
          // Numbers with room between them, for what this hand puts in.
          for (const [i, each] of hand.touch(delivery).entries()) {
            handlers.deliver({ ...each, seq: delivery.seq * SPREAD + BigInt(i) });
          }
        },
      });
      return {
        ...connection,
        copied: connection.copied && !hand.hidesCopies,
        fetchBundle: (name) => hand.bundle(() => connection.fetchBundle(name)),
        subscribe: (after) => connection.subscribe(after / SPREAD),
        acknowledge: (upTo) => connection.acknowledge(upTo / SPREAD),
      };
    },
  };
}

/** Lets everything pass that is not told otherwise; the first delivery that comes now is treated as given. */
export function onFirst(hand: Hand, treat: (delivery: Delivery) => readonly Delivery[]): void {
  let isFirst = true;
  hand.touch = (delivery) => {
    if (!isFirst) return [delivery];
    isFirst = false;
    return treat(delivery);
  };
}

/** The delivery with its last bit flipped: the header opens, the body does not. */
export function flipped(delivery: Delivery): Delivery {
  const envelope = delivery.envelope.slice();
  envelope[envelope.length - 1] = (envelope.at(-1) ?? 0) ^ 1;
  return { ...delivery, envelope };
}

export const eventOf = (kind: SmchatEvent['event']) => (event: SmchatEvent) => event.event === kind;

/** Texts of a chat that the other side wrote, in the order in which they are shown. */
export async function textsFrom({ client }: Person, name: string): Promise<readonly string[]> {
  const history = await client.history(name, { limit: 1_000 });
  return history.filter((each) => each.direction === 'in' && each.kind === 'text').map((each) => each.text ?? '');
}

/** Lines that a chat holds. */
export async function linesOf({ client }: Person, name: string): Promise<readonly string[]> {
  const history = await client.history(name, { limit: 1_000 });
  return history.filter((each) => each.kind === 'system').map((each) => each.text ?? '');
}
