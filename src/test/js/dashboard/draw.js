/* global panels, times, uPlot, document, window */
// Runs in the page. Draws each panel into its box, by the panel's field configuration and options in the dashboard.
'use strict';

const COLOURS = { green: '#73bf69', orange: '#ff9830', red: '#f2495c', blue: '#5794f2', yellow: '#fade2a', purple: '#b877d9' };
const PALETTE = [COLOURS.green, COLOURS.yellow, COLOURS.blue, COLOURS.orange, COLOURS.red, COLOURS.purple];
const GRID = { stroke: 'rgba(204, 204, 220, 0.08)', width: 1 };
const LEGEND_ROW = 15;
const TITLE = 26;

const colour = name => COLOURS[name] ?? name;

function short(value, decimals) {
  const [divisor, suffix] = Math.abs(value) >= 1e6 ? [1e6, ' Mil'] : Math.abs(value) >= 1e4 ? [1e3, ' K'] : [1, ''];
  const shown = value / divisor;
  return shown.toFixed(decimals ?? (Number.isInteger(shown) ? 0 : Math.abs(shown) < 10 ? 2 : 1)) + suffix;
}

function seconds(value) {
  return value === 0 ? '0 s' : value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${Number(value.toPrecision(3))} s`;
}

const UNITS = {
  short,
  s: seconds,
  percentunit: (value, decimals) => `${(100 * value).toFixed(decimals ?? 0)}%`,
  reqps: value => `${Number(value.toPrecision(3))} req/s`,
  bytes: value => `${Math.round(value / 2 ** 20)} MiB`,
};

const shown = (value, { unit, decimals }) => UNITS[unit](value, decimals);

const threshold = (value, { thresholds }) => colour(thresholds.steps.filter(step => step.value === null || value >= step.value).at(-1).color);

function element(parent, tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content ?? '';
  return parent.appendChild(made);
}

function stat(panel, box) {
  const field = panel.fieldConfig.defaults;
  const value = panel.results[0]?.value ?? null;
  const content = value === null ? field.noValue : shown(value, field);
  const paint = threshold(value ?? 0, field);
  if (panel.options.colorMode === 'background') {
    element(box, 'div', 'filled', content).style.background = paint;
  } else {
    element(box, 'div', 'value', content).style.color = paint;
  }
}

function table(panel, box) {
  const { indexByName, renameByName } = panel.transformations[0].options;
  const columns = Object.keys(indexByName).sort((a, b) => indexByName[a] - indexByName[b]);
  const listing = element(box, 'table', 'listing');
  const head = element(listing, 'tr', '');
  columns.forEach(column => element(head, 'th', '', renameByName[column] ?? column));
  const rows = panel.results.map(({ labels, value }) => ({ ...labels, Value: value })).sort((a, b) => a.Value - b.Value);
  for (const row of rows) {
    const line = element(listing, 'tr', '');
    columns.forEach(column => {
      const cell = element(line, 'td', '', column === 'Value' ? seconds(row.Value) : row[column]);
      cell.style.color = column === 'Value' ? threshold(row.Value, panel.fieldConfig.defaults) : '';
    });
  }
}

function paints(panel) {
  const fixed = new Map(panel.fieldConfig.overrides.map(it => [it.matcher.options, it.properties[0].value.fixedColor]));
  return panel.results.map(({ name }, number) => colour(fixed.get(name) ?? PALETTE[number % PALETTE.length]));
}

const CALCS = {
  lastNotNull: values => values.at(-1),
  max: values => Math.max(...values),
  min: values => Math.min(...values),
};
const CALC_NAMES = { lastNotNull: 'Last', max: 'Max', min: 'Min' };

function key(parent, tag, paint, name) {
  const made = element(parent, tag, '');
  element(made, 'i', '').style.background = paint;
  made.append(name);
}

function legendTable(panel, colours, box) {
  const { calcs } = panel.options.legend;
  const listing = element(box, 'table', 'legend');
  const head = element(listing, 'tr', '');
  ['', ...calcs.map(calc => CALC_NAMES[calc])].forEach(title => element(head, 'th', '', title));
  panel.results.forEach(({ name, values }, number) => {
    const line = element(listing, 'tr', '');
    key(line, 'td', colours[number], name);
    const known = values.filter(value => value !== null);
    calcs.forEach(calc => element(line, 'td', '', known.length ? shown(CALCS[calc](known), panel.fieldConfig.defaults) : ''));
  });
}

function legendLine(panel, colours, box) {
  const line = element(box, 'div', 'keys');
  panel.results.forEach(({ name }, number) => key(line, 'span', colours[number], name));
}

// Adds each line to the ones before it. Missing values count as zero.
function stacked(lines) {
  const below = new Array(lines[0].length).fill(0);
  return lines.map(line => line.map((value, at) => { below[at] += value ?? 0; return below[at]; }));
}

function danger(field) {
  const [first, second] = field.thresholds.steps;
  return {
    hooks: {
      drawClear: plot => {
        const top = plot.valToPos(second.value, 'y', true);
        plot.ctx.fillStyle = `${colour(first.color)}30`;
        plot.ctx.fillRect(plot.bbox.left, top, plot.bbox.width, plot.bbox.top + plot.bbox.height - top);
      },
    },
  };
}

function clock(second) {
  return `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
}

function chart(panel, box) {
  const field = panel.fieldConfig.defaults;
  if (panel.results.length === 0) {
    element(box, 'div', 'empty', 'No data');
    return;
  }
  const list = panel.options.legend.displayMode === 'list';
  const stack = field.custom.stacking.mode === 'normal';
  const colours = paints(panel);
  const lines = panel.results.map(({ values }) => values);
  const drawn = stack ? stacked(lines) : lines;
  // draws the top of a stack first, so that the lower areas are drawn over it
  const order = [...drawn.keys()];
  if (stack) {
    order.reverse();
  }
  const opacity = stack ? 'ff' : Math.round(2.55 * field.custom.fillOpacity).toString(16).padStart(2, '0');
  const { width, height } = box.parentElement.getBoundingClientRect();
  const highest = Math.max(...drawn.flat().filter(value => value !== null), 0);
  const options = {
    width: width - 12,
    height: height - TITLE - LEGEND_ROW * (list ? 1 : panel.results.length + 1) - 8,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 12, 0, 0],
    scales: { x: { time: false }, y: { range: [0, highest === 0 ? 1 : 1.08 * highest] } },
    axes: [
      { stroke: '#8e8e9c', grid: GRID, ticks: GRID, size: 24, values: (_, splits) => splits.map(clock), incrs: [30], font: '11px sans-serif' },
      { stroke: '#8e8e9c', grid: GRID, ticks: GRID, size: 74, space: 28, values: (_, splits) => splits.map(value => shown(value, { unit: field.unit })), font: '11px sans-serif' },
    ],
    series: [{}, ...order.map(number => ({
      stroke: colours[number],
      fill: stack ? shade(colours[number]) : colours[number] + opacity,
      width: field.custom.lineWidth,
      points: { show: false },
    }))],
    plugins: field.custom.thresholdsStyle.mode === 'area' ? [danger(field)] : [],
  };
  new uPlot(options, [Array.from({ length: times.end - times.start + 1 }, (_, second) => second), ...order.map(number => drawn[number])], box);
  (list ? legendLine : legendTable)(panel, colours, box);
}

// Returns the opaque colour that looks like a translucent one on the panel. A translucent one would mix with the area behind it.
function shade(hex) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  const mix = (part, ground) => Math.round(0.45 * part + 0.55 * ground);
  return `rgb(${mix(red, 0x18)}, ${mix(green, 0x1b)}, ${mix(blue, 0x1f)})`;
}

const KINDS = { stat, table, timeseries: chart, row: () => {} };
panels.forEach(panel => KINDS[panel.type](panel, document.getElementById(`panel-${panel.id}`)));
