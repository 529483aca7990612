import { createReceiver, type LaneMessage, READY, type Send, sendMessage } from './worker-channel.ts';

/** Answers one question after another for the lane that started this process, until that lets go of it. */
export function serveLane(questionMaxBytes: number, answer: (question: LaneMessage) => Promise<LaneMessage>): void {
  const receiver = createReceiver(questionMaxBytes);
  const send: Send = (value, sent) => process.send?.(value, undefined, undefined, sent);
  process.on('disconnect', () => process.exit());
  // Ctrl-C goes to the whole group; what it means is decided by the one who was asked for something.
  process.on('SIGINT', () => undefined);
  process.on('message', (value) => {
    const question = receiver.take(value);
    if (question === 'malformed') process.exit(1);
    if (question !== null) void answer(question).then((message) => sendMessage(send, message));
  });
  process.send?.(READY);
}
