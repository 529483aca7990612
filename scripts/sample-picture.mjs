// Draws assets/sample.jpg: an evening by the sea, out of shapes alone.
import sharp from 'sharp';

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420" viewBox="0 0 640 420">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#1b2a5c"/><stop offset="0.55" stop-color="#b0527a"/><stop offset="1" stop-color="#ffb35c"/>
    </linearGradient>
    <linearGradient id="sea" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#e08a5a"/><stop offset="1" stop-color="#1c2c57"/>
    </linearGradient>
  </defs>
  <rect width="640" height="270" fill="url(#sky)"/>
  <circle cx="420" cy="250" r="62" fill="#ffe9a8"/>
  <rect y="270" width="640" height="150" fill="url(#sea)"/>
  <path d="M0 270 L120 150 L200 220 L290 130 L380 270 Z" fill="#2a2148"/>
  <path d="M0 270 L70 210 L170 270 Z" fill="#1a1636"/>
  <rect x="372" y="284" width="96" height="6" fill="#ffe9a8"/><rect x="384" y="304" width="72" height="6" fill="#ffdc9a"/>
  <rect x="398" y="326" width="44" height="6" fill="#f4c38c"/>
  <path d="M150 330 L150 250 L205 325 Z" fill="#f7f0e6"/><path d="M110 335 L215 335 L195 360 L130 360 Z" fill="#d8563f"/>
</svg>`;

await sharp(Buffer.from(svg)).jpeg({ quality: 82, mozjpeg: true }).toFile('assets/sample.jpg');
