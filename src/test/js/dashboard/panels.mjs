// Sends the queries of the dashboard's panels to Prometheus.
const RATE_WINDOW = '10s';

async function get(prometheus, path, parameters) {
  const response = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`).then(it => it.json());
  if (response.status !== 'success') {
    throw new Error(`${parameters.query}: ${response.error}`);
  }
  return response.data.result;
}

const expression = (target, seconds) => target.expr
  .replaceAll('$__rate_interval', RATE_WINDOW)
  .replaceAll('$__range', `${seconds}s`)
  .replaceAll('$namespace', '.*')
  .replaceAll('$token', '.*');

const seriesName = (legend, labels) => legend.replaceAll(/{{(\w+)}}/g, (_, label) => labels[label] ?? '');

const number = text => Number.isFinite(Number(text)) ? Number(text) : null;

async function range(prometheus, target, { start, end }) {
  const result = await get(prometheus, 'query_range', { query: expression(target, end - start), start, end, step: 1 });
  return result.map(({ metric, values }) => {
    const at = new Map(values.map(([time, value]) => [time, number(value)]));
    return { name: seriesName(target.legendFormat, metric), values: Array.from({ length: end - start + 1 }, (_, it) => at.get(start + it) ?? null) };
  });
}

async function instant(prometheus, target, { start, end }) {
  const result = await get(prometheus, 'query', { query: expression(target, end - start), time: end });
  return result.map(({ metric, value }) => ({ labels: metric, value: number(value[1]) }));
}

// Returns each panel with the results of its queries between the two times (whole seconds since 1970).
export async function query(prometheus, dashboard, times) {
  const panels = [];
  for (const panel of dashboard.panels) {
    const results = [];
    for (const target of panel.targets ?? []) {
      results.push(...await (target.instant ? instant : range)(prometheus, target, times));
    }
    panels.push({ ...panel, results });
  }
  return panels;
}
