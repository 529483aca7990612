import type { VerifiedBundle } from '../crypto/prekey-bundle.ts';
import { asSmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, inBackground } from './account-context.ts';
import { randomBelow, retryDelayMs } from './back-off.ts';
import { fetchVerifiedBundle } from './conversation-starter.ts';
import type { Outbox } from './outbox.ts';
import type { RelayConnection } from './relay-port.ts';
import { answerRequest, askForResend, type Doubt } from './resend-request.ts';
import { REPAIR_WINDOW_MS } from './sent-outbox.ts';
import { REPAIR_GRACE_MS } from './session-choice.ts';
import type { ContactRecord } from './vault-port.ts';

const HOUR_MS = 3_600_000;
/** Ordinary reordering is over by then: a gap is told within ten seconds. */
const REORDERING_MS = 5_000;
/** How soon after the trouble, and how much of that is drawn at random: who provokes it learns little from the time. */
const LEAST_DELAY_MS = 500;
const JITTER_MS = 1_500;
const AFTER_FAILURE_MS = 60_000;
/** Contacts asked in an hour because of envelopes that anybody may have sent. */
const ASKED_BLINDLY_MAX = 4;

/**
 * Makes broken sessions whole (docs/decisions/0011): tells gaps, asks contacts in doubt to send again, at most once an
 * hour each, and answers those who ask.
 */
export class Repair {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #ready: () => Promise<void>;
  #connection: RelayConnection | null = null;
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #busy = false;

  /** `ready` resolves when the relay has prekeys that this vault holds. */
  constructor(context: AccountContext, outbox: Outbox, ready: () => Promise<void>) {
    this.#context = context;
    this.#outbox = outbox;
    this.#ready = ready;
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    this.wake();
  }

  disconnected(): void {
    this.#connection = null;
    this.stop();
  }

  /** After envelopes were taken in. */
  wake(): void {
    if (this.#connection === null) return;
    // Whether there is anything to do is looked at then, not with every batch.
    this.#lookIn(LEAST_DELAY_MS + randomBelow(JITTER_MS, this.#context.rng));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #lookIn(delayMs: number): void {
    const { clock } = this.#context;
    const at = clock.now() + delayMs;
    if (this.#timer !== null && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#timer = null;
      inBackground(this.#context, () => this.#look());
    });
    this.#timer = { at, cancel };
  }

  #look(): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#expire();
    const untoldLeft = this.#tellGaps();
    if (!this.#busy) {
      this.#busy = true;
      this.#context.underWay
        .run(() => this.#doWork(connection))
        .finally(() => {
          this.#busy = false;
        })
        .catch((thrown) => this.#context.troubled(thrown));
    }
    this.#lookIn(untoldLeft ? REORDERING_MS / 5 : HOUR_MS);
  }

  /** Resend windows are over for what is older than a day, or from a clock that has gone back. */
  #expire(): void {
    const { vault, clock } = this.#context;
    const now = clock.now();
    commit(this.#context, () => {
      for (const table of [vault.kept, vault.sent, vault.repairs]) {
        table.removeOutside(now - REPAIR_WINDOW_MS, now + REPAIR_WINDOW_MS);
      }
    });
  }

  /** Tells what is missing for so long that it is no reordering; true where some may become that. */
  #tellGaps(): boolean {
    const { vault, clock } = this.#context;
    const before = clock.now() - REORDERING_MS;
    const untold = vault.repairs
      .missing()
      .filter((place) => !place.told && vault.contacts.get(place.contactId)?.state === 'accepted');
    // A clock that went back must not hold them up.
    const due = untold.filter((place) => place.noticedAt <= before || place.noticedAt > clock.now());
    const counts = new Map<number, number>();
    for (const { contactId } of due) counts.set(contactId, (counts.get(contactId) ?? 0) + 1);
    if (counts.size > 0) {
      commit(this.#context, (tell) => {
        for (const [contactId, missing] of counts) {
          vault.repairs.markTold(contactId, Math.max(...due.map((place) => place.noticedAt)));
          const name = vault.contacts.get(contactId)?.name;
          if (name !== undefined) tell({ event: 'gap', name, missing });
        }
      });
    }
    return untold.length > due.length;
  }

  async #doWork(connection: RelayConnection): Promise<void> {
    await this.#ready();
    // One after the other, each looked at anew: an answer may have come meanwhile.
    for (const tried = new Set<number>(); ; ) {
      if (this.#context.closing.aborted || connection !== this.#connection) return;
      const next = this.#work(this.#context.clock.now()).find((work) => !tried.has(work.contact.contactId));
      if (next === undefined) return;
      tried.add(next.contact.contactId);
      try {
        const bundle = await fetchVerifiedBundle(this.#context, connection, next.contact.name);
        if (this.#context.closing.aborted) return;
        this.#do(next, bundle);
        this.#outbox.pump();
      } catch (thrown) {
        const { code, retryAfterMs } = asSmchatError(thrown);
        if (code === 'relay-unreachable') return;
        if (code !== 'relay-refused' && code !== 'bad-prekey' && code !== 'no-such-contact') throw thrown;
        this.#lookIn(retryDelayMs(0, Math.max(AFTER_FAILURE_MS, retryAfterMs), this.#context.rng));
      }
    }
  }

  #do(work: Work, bundle: VerifiedBundle): void {
    commit(this.#context, (tell) => {
      const contact = this.#context.vault.contacts.get(work.contact.contactId);
      if (contact === null || !isOpen(contact)) return;
      if (work.is === 'answer') answerRequest(this.#context, this.#outbox, contact, bundle, tell);
      else askForResend(this.#context, this.#outbox, { ...work.doubt, contact }, bundle, tell);
    });
  }

  /** Requests to be answered first, then contacts to be asked. */
  #work(now: number): readonly Work[] {
    const { vault } = this.#context;
    const contacts = vault.contacts.list().filter(isOpen);
    const answers = contacts.flatMap((contact): readonly Work[] => {
      const { request, answeredAt } = vault.repairs.get(contact.contactId);
      return request !== null && isOver(answeredAt, now, REPAIR_GRACE_MS) ? [{ is: 'answer', contact }] : [];
    });
    return [...answers, ...this.#doubts(contacts, now)];
  }

  #doubts(contacts: readonly ContactRecord[], now: number): readonly Work[] {
    const { vault, sessions } = this.#context;
    const [kept, missing] = [vault.kept.all(), vault.repairs.missing()];
    const nobodys = kept.filter((each) => each.contactId === null).at(-1)?.keptAt ?? null;
    const askedLately = contacts.filter((each) => !isOver(vault.repairs.get(each.contactId).askedAt, now, HOUR_MS));
    let blindly = Math.max(0, ASKED_BLINDLY_MAX - askedLately.length);
    // Who was never asked comes first, then who was asked longest ago.
    const order = [...contacts].sort(
      (a, b) => (vault.repairs.get(a.contactId).askedAt ?? 0) - (vault.repairs.get(b.contactId).askedAt ?? 0),
    );
    return order.flatMap((contact): readonly Work[] => {
      const { contactId } = contact;
      const { renew, askedAt } = vault.repairs.get(contactId);
      if (!isOver(askedAt, now, HOUR_MS)) return [];
      const doubt: Doubt = {
        contact,
        unopened: kept.filter((each) => each.contactId === contactId && !each.asked).length,
        missing: missing.filter((each) => each.contactId === contactId && each.told && !each.asked).length,
      };
      if (renew || doubt.unopened > 0 || doubt.missing > 0) return [{ is: 'ask', contact, doubt }];
      const current = sessions.current(contactId);
      if (nobodys === null || current === null || (askedAt !== null && askedAt >= nobodys)) return [];
      if (sessions.heardAt(contactId) >= nobodys || blindly === 0) return [];
      blindly -= 1;
      return [{ is: 'ask', contact, doubt }];
    });
  }
}

type Work =
  | { readonly is: 'answer'; readonly contact: ContactRecord }
  | { readonly is: 'ask'; readonly contact: ContactRecord; readonly doubt: Doubt };

/** Whether repair may speak to this contact at all. */
function isOpen(contact: ContactRecord): boolean {
  return contact.state === 'accepted' && contact.changedIdentityKey === null && contact.identityKey !== null;
}

function isOver(since: number | null, now: number, forMs: number): boolean {
  return since === null || Math.abs(now - since) >= forMs;
}
