// The programs of the scene: each on a port of its own, with its output in a file, and none of them outlives us.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();
const LOOK_AGAIN_MS = 200;
const PATIENCE_MS = 90_000;

export function start(command, args, environment, log) {
  const output = openSync(log, 'w');
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', output, output] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.on('error', error => { throw new Error(`cannot run ${command}: ${error.message}`); });
}

export async function stopAll() {
  for (const child of running) {
    child.kill('SIGTERM');
  }
  for (let waited = 0; running.size > 0 && waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
    await sleep(LOOK_AGAIN_MS);
  }
  for (const child of running) {
    child.kill('SIGKILL');
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function answering(url) {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
    const ok = await fetch(url).then(answer => answer.ok, () => false);
    if (ok) {
      return;
    }
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error(`no good answer from ${url}`);
}
