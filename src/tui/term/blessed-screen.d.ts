/** One module of blessed alone, which its types know nothing of; blessed-internals.ts says what we use of it. */
declare module 'blessed/lib/widgets/screen.js' {
  const Screen: unknown;
  export = Screen;
}
