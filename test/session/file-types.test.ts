import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMime } from '../../src/session/attachment-body.ts';
import { mimeOfName, pictureName } from '../../src/session/file-mime.ts';

const KNOWN =
  '7z aac avif bmp bz2 csv doc docx eml epub flac gif gz heic htm html ics jpeg jpg json m4a md mkv mov mp3 mp4 odp ods ' +
  'odt ogg opus pdf png ppt pptx rtf svg tar tif tiff txt vcf wav webm webp xls xlsx xml xz zip zst';

test('each extension that people send has a type of its own kind', () => {
  for (const extension of KNOWN.split(' ')) {
    const mime = mimeOfName(`file.${extension}`);
    assert.ok(isMime(mime) && mime !== 'application/octet-stream', `${extension}: ${mime}`);
  }
});

test('every usual extension of a picture is right as it is', () => {
  const extensions = [
    ['image/png', 'png'],
    ['image/jpeg', 'jpg', 'jpeg', 'jpe', 'jfif'],
    ['image/webp', 'webp'],
    ['image/gif', 'gif'],
    ['image/avif', 'avif'],
  ] as const;
  for (const [mime, ...right] of extensions) {
    for (const extension of right) assert.equal(pictureName(`a.${extension}`, mime), `a.${extension}`);
    assert.equal(pictureName('a.bmp', mime), `a.${right[0]}`);
    assert.equal(pictureName('a.txt', mime), `a.txt.${right[0]}`);
  }
  assert.equal(pictureName('a.bmp', 'image/bmp'), 'a.bmp');
  assert.equal(pictureName('a', 'application/pdf'), 'a');
});
