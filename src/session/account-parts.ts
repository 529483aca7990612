import { asSmchatError } from '../smchat-error.ts';
import { type AccountContext, inBackground } from './account-context.ts';
import { AccountRemoval } from './account-removal.ts';
import type { AccountsParts } from './accounts.ts';
import { Announcer } from './announcer.ts';
import { AttachmentFetcher } from './attachment-fetcher.ts';
import { AttachmentSaver } from './attachment-saver.ts';
import { AttachmentViewer } from './attachment-viewer.ts';
import { ChangeSender } from './change-sender.ts';
import { Connection } from './connection.ts';
import { Conversations } from './conversation.ts';
import { Directory } from './directory.ts';
import { Disappearing } from './disappearing.ts';
import { EventHub } from './event-hub.ts';
import { HistoryEraser } from './history-eraser.ts';
import { MessageChanges } from './message-changes.ts';
import { Outbox } from './outbox.ts';
import { PreKeyKeeper } from './prekey-keeper.ts';
import { ReceiptSender } from './receipt-sender.ts';
import { Receiver } from './receiver.ts';
import { Remains } from './remains.ts';
import { renewAll } from './renewal.ts';
import { Repair } from './repair.ts';
import { Safety } from './safety.ts';
import { SessionBook } from './session-book.ts';
import { isSuperseded } from './supersession.ts';
import { Transfers } from './transfers.ts';
import { UnderWay } from './under-way.ts';
import type { Vault } from './vault-port.ts';

/** What an unlocked account consists of. */
export interface AccountParts {
  readonly context: AccountContext;
  readonly closing: AbortController;
  readonly outbox: Outbox;
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly receipts: ReceiptSender;
  readonly safety: Safety;
  readonly announcer: Announcer;
  readonly transfers: Transfers;
  readonly saver: AttachmentSaver;
  readonly viewer: AttachmentViewer;
  readonly sender: ChangeSender;
  readonly changes: MessageChanges;
  readonly disappearing: Disappearing;
  readonly eraser: HistoryEraser;
  readonly removal: AccountRemoval;
}

/** Puts an account together on its open vault and the ports; nothing is connected yet. */
export function assemble(
  vault: Vault,
  { home, relay, blobs, userFiles, images, clock, rng, choices }: AccountsParts,
): AccountParts {
  const account = vault.account.load();
  const sessions = new SessionBook(vault.sessions);
  const closing = new AbortController();
  const troubled = (thrown: unknown) => connection.stumble(asSmchatError(thrown).message);
  const remains = new Remains(
    vault,
    clock,
    {
      unlinkFiles: (names) => transfers.unlinkFiles(names),
      withdraw: (blobIds) => transfers.withdraw(blobIds),
    },
    troubled,
  );
  const context: AccountContext = {
    vault,
    sessions,
    clock,
    rng,
    local: { accountId: account.accountId, name: account.name, identityKeyPair: account.identityKeyPair },
    hub: new EventHub(() => {}),
    files: home.attachments(account.name),
    blobs,
    userFiles,
    images,
    closing: closing.signal,
    underWay: new UnderWay(),
    remains,
    mirrors: new Set([sessions, remains]),
    troubled,
  };
  const outbox = new Outbox(context, (contactId) => conversations.start(contactId));
  const transfers = new Transfers(context, outbox);
  const receipts = new ReceiptSender(context, outbox, choices);
  const receiver = new Receiver(context, new Directory(context), outbox, () => {
    receipts.schedule();
    inBackground(context, () => {
      outbox.pump();
      repair.wake();
    });
  });
  const preKeys = new PreKeyKeeper(context);
  const repair = new Repair(context, outbox, () => preKeys.renewed());
  const connection = new Connection(context, relay, {
    connected: (live) =>
      inBackground(context, () => {
        receiver.connected(live);
        outbox.connected(live);
        transfers.connected(live);
        preKeys.connected(live);
        repair.connected(live);
        receipts.schedule();
      }),
    deliver: (delivery) => receiver.deliver(delivery),
    disconnected() {
      receiver.disconnected();
      outbox.disconnected();
      transfers.disconnected();
      preKeys.disconnected();
      repair.disconnected();
      receipts.stop();
    },
    copied: (tell) => renewAll(context, outbox, tell),
    superseded: (live) => isSuperseded(context, live),
  });
  const conversations = new Conversations(context, outbox, connection, transfers);
  const fetcher = new AttachmentFetcher(context, transfers, connection);
  const sender = new ChangeSender(context, outbox, connection);
  return {
    context,
    closing,
    outbox,
    connection,
    conversations,
    receipts,
    safety: new Safety(context, outbox),
    announcer: new Announcer(context),
    transfers,
    saver: new AttachmentSaver(context, fetcher),
    viewer: new AttachmentViewer(context, fetcher),
    sender,
    changes: new MessageChanges(context, outbox, sender),
    disappearing: new Disappearing(context),
    eraser: new HistoryEraser(context, outbox),
    removal: new AccountRemoval({ context, outbox, sender, connection, home, relay }),
  };
}
