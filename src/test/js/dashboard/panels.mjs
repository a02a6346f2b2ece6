// Asks Prometheus what the panels of the dashboard ask it.
const RATE_WINDOW = '10s';

async function get(prometheus, path, parameters) {
  const answer = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`).then(it => it.json());
  if (answer.status !== 'success') {
    throw new Error(`${parameters.query}: ${answer.error}`);
  }
  return answer.data.result;
}

const expression = (target, seconds) => target.expr
  .replaceAll('$__rate_interval', RATE_WINDOW)
  .replaceAll('$__range', `${seconds}s`)
  .replaceAll('$namespace', '.*')
  .replaceAll('$token', '.*');

const named = (legend, labels) => legend.replaceAll(/{{(\w+)}}/g, (_, label) => labels[label] ?? '');

const number = text => Number.isFinite(Number(text)) ? Number(text) : null;

async function line(prometheus, target, { start, end }) {
  const found = await get(prometheus, 'query_range', { query: expression(target, end - start), start, end, step: 1 });
  return found.map(({ metric, values }) => {
    const at = new Map(values.map(([time, value]) => [time, number(value)]));
    return { name: named(target.legendFormat, metric), values: Array.from({ length: end - start + 1 }, (_, it) => at.get(start + it) ?? null) };
  });
}

async function moment(prometheus, target, { start, end }) {
  const found = await get(prometheus, 'query', { query: expression(target, end - start), time: end });
  return found.map(({ metric, value }) => ({ labels: metric, value: number(value[1]) }));
}

// Each panel with what its targets found between the two times (whole seconds since 1970).
export async function ask(prometheus, dashboard, times) {
  const panels = [];
  for (const panel of dashboard.panels) {
    const found = [];
    for (const target of panel.targets ?? []) {
      found.push(...await (target.instant ? moment : line)(prometheus, target, times));
    }
    panels.push({ ...panel, found });
  }
  return panels;
}
