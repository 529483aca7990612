/** A link as it stands in a text: what is opened is what is read, letter by letter. */
export interface Link {
  readonly start: number;
  readonly end: number;
  readonly url: string;
}

const URL_MAX_LENGTH = 2000;
const LINKS_MAX = 50;
const START = /(?<![\p{L}\p{N}_])(?:https?:\/\/|mailto:)[\x21-\x7e]+/giu;
/** What a sentence puts behind a link, or around it. */
const TRAILING = /[.,:;!?'"*_~>]$/;
const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function countOf(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

/** The link without the sentence's own marks; a closing bracket stays where the link itself opened it. */
function trimmed(found: string): string {
  let url = found.split(/["<>\\^`|]/, 1)[0] ?? '';
  for (;;) {
    const last = url.at(-1) ?? '';
    const opening = PAIRS[last];
    const closes = opening !== undefined && countOf(url, last) > countOf(url, opening);
    if (!closes && !TRAILING.test(url)) return url;
    url = url.slice(0, -1);
  }
}

/** A link without a name in front of its host, which would look like the host. */
function isPlain(url: string): boolean {
  if (url.length > URL_MAX_LENGTH || !URL.canParse(url)) return false;
  const { protocol, hostname, username, password, pathname } = new URL(url);
  if (protocol === 'mailto:') return pathname.includes('@');
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' && username === '' && password === '';
}

/**
 * The links of a text: http, https and mailto, in ASCII alone. Where letters of another script go on without a space
 * there is none, since what is cut off there would be another address than the one that is read.
 */
export function linksIn(text: string): readonly Link[] {
  if (!/https?:|mailto:/i.test(text)) return [];
  const links: Link[] = [];
  for (const { 0: found, index } of text.matchAll(START)) {
    const goesOn = /^[\p{L}\p{M}\p{N}]/u.test(text.slice(index + found.length));
    const url = trimmed(found);
    if ((goesOn && url === found) || !isPlain(url)) continue;
    links.push({ start: index, end: index + url.length, url });
    if (links.length === LINKS_MAX) break;
  }
  return links;
}

/** The part of a line that belongs to a link, in the line's own places. */
export interface LinkPart {
  readonly start: number;
  readonly end: number;
  readonly url: string;
}

/** Where the links of a text stand in one of its lines, which begins at a place of it. */
export function linkParts(links: readonly Link[], start: number, length: number): readonly LinkPart[] {
  return links.flatMap((link) => {
    const from = Math.max(0, link.start - start);
    const to = Math.min(length, link.end - start);
    return from < to ? [{ start: from, end: to, url: link.url }] : [];
  });
}

/** Terminals that show what they do not know, or are known not to know links. Others pass over them in silence. */
const WITHOUT_LINKS = /^(?:|dumb|linux|ansi|cons25|vt\d.*|screen.*)$/;

export function showsLinks(env: Readonly<Record<string, string | undefined>>): boolean {
  return !WITHOUT_LINKS.test(env.TERM ?? '');
}
