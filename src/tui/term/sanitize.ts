// One gate for the interface and the commands alike.
export * from '../../terminal-text.ts';
