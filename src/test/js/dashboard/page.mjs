// Builds the page with all panels. It needs no network.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COLUMN = 58;
const UNIT = 28;
const MARGIN = 8;
const here = dirname(fileURLToPath(import.meta.url));
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));

const read = (...path) => readFileSync(join(...path), 'utf8');
const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export const SIZE = panels => ({
  width: 24 * COLUMN + MARGIN,
  height: UNIT * Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) + MARGIN,
});

function box({ id, type, title, gridPos: { x, y, w, h } }) {
  const style = `left:${x * COLUMN + MARGIN}px;top:${y * UNIT + MARGIN}px;width:${w * COLUMN - MARGIN}px;height:${h * UNIT - MARGIN}px`;
  return `<section class="${type}" style="${style}"><h2>${escaped(title)}</h2><div id="panel-${id}"></div></section>`;
}

export function page(panels, times) {
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>token-sidecar</title>
<style>${read(uplot, 'dist', 'uPlot.min.css')}${read(here, 'page.css')}</style>
<body>${panels.map(box).join('\n')}
<script>${read(uplot, 'dist', 'uPlot.iife.min.js')}</script>
<script>const panels = ${JSON.stringify(panels).replaceAll('<', '\\u003c')}; const times = ${JSON.stringify(times)};</script>
<script>${read(here, 'draw.js')}</script>
</body></html>`;
}
