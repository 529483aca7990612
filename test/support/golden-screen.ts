import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GridCell, TerminalGrid } from './terminal-grid.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PLAIN = '.';

function describeStyle(cell: GridCell): string {
  return [
    cell.fg === null ? '' : `fg ${cell.fg}`,
    cell.bg === null ? '' : `bg ${cell.bg}`,
    cell.bold ? 'bold' : '',
    cell.dim ? 'dim' : '',
    cell.italic ? 'italic' : '',
    cell.underline ? 'underline' : '',
    cell.inverse ? 'inverse' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** A blank shows its background and line only: what its letters would look like is nobody's concern. */
function shownStyle(cell: GridCell): string {
  const isBlank = cell.width !== 0 && cell.text.trim() === '';
  return describeStyle(
    isBlank ? { ...cell, fg: cell.inverse ? cell.fg : null, bold: false, dim: false, italic: false } : cell,
  );
}

/** A screen as text that a person can read and compare: its rows, the style of each cell by a letter, the letters. */
export function describeScreen(screen: TerminalGrid): string {
  const letters = new Map<string, string>();
  const numbered = (row: number, text: string): string => `${String(row).padStart(2, '0')}|${text}`.trimEnd();
  const styleRows = screen.cells().map((cells) => {
    let previous = PLAIN;
    return cells
      .map((cell) => {
        const style = shownStyle(cell);
        if (cell.width === 0) return previous;
        if (style === '') previous = PLAIN;
        else {
          if (!letters.has(style)) letters.set(style, LETTERS[letters.size] ?? '?');
          previous = letters.get(style) ?? '?';
        }
        return previous;
      })
      .join('')
      .replace(/\.+$/, '');
  });
  const { row, col, visible } = screen.cursor();
  return [
    `${screen.cols}x${screen.rows}, cursor ${visible ? `${row}:${col}` : 'hidden'}`,
    ...screen.grid().map((text, index) => numbered(index, text)),
    'styles',
    ...styleRows.map((text, index) => numbered(index, text)),
    ...[...letters].map(([style, letter]) => `${letter} ${style}`),
    '',
  ].join('\n');
}

/** Compares a screen with test/screens/<name>.txt; `UPDATE_SCREENS=1` writes that file anew instead. */
export function assertScreen(name: string, screen: TerminalGrid): void {
  const path = fileURLToPath(new URL(`../screens/${name}.txt`, import.meta.url));
  const actual = describeScreen(screen);
  if (process.env.UPDATE_SCREENS === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.equal(actual, readFileSync(path, 'utf8'), `screen ${name} differs; UPDATE_SCREENS=1 rewrites it`);
}
