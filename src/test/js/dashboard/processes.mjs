// Starts and stops the programs. Each writes its output to a file, and none of them outlives this process.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();
const POLL_MS = 200;
const TIMEOUT_MS = 90_000;

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
  for (let waited = 0; running.size > 0 && waited < TIMEOUT_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
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

export async function awaitOk(url) {
  for (let waited = 0; waited < TIMEOUT_MS; waited += POLL_MS) {
    const ok = await fetch(url).then(response => response.ok, () => false);
    if (ok) {
      return;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${url} does not respond with a success`);
}
