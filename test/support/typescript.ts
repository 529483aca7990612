/** Node's arguments that let it run a program written in TypeScript, whatever its working directory. */
export const TYPESCRIPT = ['--import', new URL('../../scripts/typescript.mjs', import.meta.url).href] as const;
