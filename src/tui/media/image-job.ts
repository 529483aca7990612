/** What the image worker is asked: to fit a picture, checked by its header, into so many cells. */
export interface ImageJob {
  readonly bytes: Uint8Array;
  readonly cols: number;
  readonly rows: number;
}
