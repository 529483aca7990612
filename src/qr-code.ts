import { encode } from 'uqr';

const QUIET_ZONE = 2;

/**
 * A text as a QR code in half blocks, two modules a cell. `drawn`: whether the dark modules are the ones drawn, on a
 * light ground, or the light ones, on a terminal's dark ground.
 */
export function qrCode(text: string, drawn: 'dark' | 'light'): readonly string[] {
  const { data, size } = encode(text, { ecc: 'L', border: QUIET_ZONE });
  const isDrawn = (row: number, col: number): boolean => (data[row]?.[col] === true) === (drawn === 'dark');
  const rows: string[] = [];
  for (let row = 0; row < size; row += 2) {
    let line = '';
    for (let col = 0; col < size; col += 1) {
      const upper = isDrawn(row, col);
      // Below the last row there is nothing, which is light.
      const lower = row + 1 < size ? isDrawn(row + 1, col) : drawn === 'light';
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    rows.push(line);
  }
  return rows;
}
