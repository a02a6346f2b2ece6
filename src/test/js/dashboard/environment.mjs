// Three pods, each with its own authorization server whose access tokens have a lifetime of 40 s, and a Prometheus that scrapes them every second.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitOk, freePort, start } from './processes.mjs';

const PODS = [
  { namespace: 'shop', pod: 'orders-5b8f-4kxlp' },
  { namespace: 'shop', pod: 'orders-5b8f-z2m9q' },
  { namespace: 'billing', pod: 'invoices-6d4c-h7wtv' },
];

export const LIFETIME = 40;

async function startPod({ namespace, pod }, { java, application, demo, directory }) {
  const home = join(directory, pod);
  mkdirSync(home, { recursive: true });
  const [port, management, server] = [await freePort(), await freePort(), await freePort()];
  start(java, ['-Xmx64m', '-cp', demo, 'dev.tokensidecar.demo.DemoMain', `--port=${server}`, `--access-token-lifetime=${LIFETIME}s`, `--directory=${home}`],
    {}, join(home, 'server.log'));
  await awaitOk(`http://127.0.0.1:${server}/admin/stats`);
  start(java, ['-Xmx48m', '-XX:+UseSerialGC', '-jar', application], {
    QUARKUS_HTTP_PORT: port,
    QUARKUS_MANAGEMENT_PORT: management,
    QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
    SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER: `http://127.0.0.1:${server}`,
    SIDECAR_TOKEN_CLIENT_ID: 'demo-client',
    SIDECAR_TOKEN_CLIENT_SECRET_FILE: join(home, 'client-secret'),
    SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE: join(home, 'refresh-token'),
    SIDECAR_TOKEN_STORE_FILE: join(home, 'stored-refresh-token'),
    SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX: '4s',
    SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL: '10s',
  }, join(home, 'sidecar.log'));
  await awaitOk(`http://127.0.0.1:${management}/q/health/started`);
  return { namespace, pod, management, api: `http://127.0.0.1:${port}`, server: `http://127.0.0.1:${server}` };
}

async function startPrometheus(pods, directory, rules) {
  const port = await freePort();
  const targets = pods.map(it => `      - { targets: ["127.0.0.1:${it.management}"], labels: { namespace: ${it.namespace}, pod: ${it.pod} } }`);
  writeFileSync(join(directory, 'rules.yaml'), readFileSync(rules, 'utf8').replaceAll('interval: 15s', 'interval: 1s'));
  writeFileSync(join(directory, 'prometheus.yaml'), `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yaml]
scrape_configs:
  - job_name: token-sidecar
    metrics_path: /q/metrics
    static_configs:
${targets.join('\n')}
`);
  start('prometheus', [`--config.file=${join(directory, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`], {}, join(directory, 'prometheus.log'));
  await awaitOk(`http://127.0.0.1:${port}/-/ready`);
  return `http://127.0.0.1:${port}`;
}

export async function startAll(settings) {
  const pods = [];
  for (const pod of PODS) {
    pods.push(await startPod(pod, settings));
  }
  return { pods, prometheus: await startPrometheus(pods, settings.directory, settings.rules) };
}
