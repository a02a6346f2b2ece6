// Runs the scenario, sends the queries of the panels and draws the results: picture.mjs JAVA APPLICATION DEMO-CLASS-PATH RULES DASHBOARD DIRECTORY PICTURE
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, SIZE } from './page.mjs';
import { query } from './panels.mjs';
import { stopAll } from './processes.mjs';
import { startAll } from './environment.mjs';
import { runScenario, SECONDS } from './scenario.mjs';

const [java, application, demo, rules, dashboardFile, directory, picture] = process.argv.slice(2);
const dashboard = JSON.parse(readFileSync(dashboardFile, 'utf8'));

try {
  const { pods, prometheus } = await startAll({ java, application, demo, rules, directory });
  const start = Math.floor(Date.now() / 1000);
  await runScenario(pods);
  const times = { start, end: start + SECONDS };
  const panels = await query(prometheus, dashboard, times);
  writeFileSync(join(directory, 'panels.json'), JSON.stringify({ panels, times }));
} finally {
  await stopAll();
}

const { panels, times } = JSON.parse(readFileSync(join(directory, 'panels.json'), 'utf8'));
const html = join(directory, 'page.html');
writeFileSync(html, page(panels, times));
const { width, height } = SIZE(panels);
execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1',
  `--user-data-dir=${join(directory, 'chromium')}`, `--window-size=${width},${height}`, '--virtual-time-budget=5000',
  `--screenshot=${picture}`, `file://${html}`], { stdio: 'ignore' });
