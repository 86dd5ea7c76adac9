// The chart of a grid, drawn by Chart.js: colours of the theme, exact texts on hover, arrow keys.
"use strict";

const BARS = { y: 10, x: 100 };
const BAR_PIXELS = 25;
const STEPS_SPANNED = 20;
// Labels beside the bars of a narrower chart are cut earlier.
const NARROW_PIXELS = 480;
// About a letter of a title, and what stands below the chart's area.
const LETTER_PIXELS = 7;
const AXIS_PIXELS = 50;

function themeColors() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  return { fill: color("fill"), below: color("below"), ink: color("ink"), soft: color("soft"),
    line: color("line"), card: color("card"), wash: color("wash") };
}

// What a lying bar is worth, at its end: nobody has to hover to read a list.
const barTexts = {
  id: "barTexts",
  afterDatasetsDraw(chart) {
    const { ctx, data, options } = chart;
    if (options.indexAxis !== "y") return;
    ctx.save();
    Object.assign(ctx, { font: `12px ${Chart.defaults.font.family}`, textBaseline: "middle",
      fillStyle: options.scales.y.ticks.color });
    chart.getDatasetMeta(0).data.forEach(({ x, y, base }, place) => {
      const number = data.datasets[0].data[place];
      if (!Number.isNaN(number)) ctx.fillText(compact.format(number), Math.max(x, base) + 5, y);
    });
    ctx.restore();
  },
};

class ChartView {
  constructor(frame, spoken, grid) {
    Object.assign(this, { frame, spoken, grid, active: -1 });
    this.label = grid.fields[grid.chart.label];
    this.value = grid.fields[grid.chart.value];
    this.isLine = grid.chart.kind === "line";
    this.isTime = this.isLine && this.label.kind === "date";
    this.axis = !this.isLine && this.label.kind === "text" ? "y" : "x";
    this.canvas = make("canvas", { tabIndex: 0, role: "img" });
    this.note = make("small");
    frame.append(this.canvas);
    frame.after(this.note);
    this.canvas.addEventListener("keydown", (event) => this.move(event));
    this.chart = new Chart(this.canvas, this.config());
    grid.watchers.push(() => this.update());
    this.update();
  }

  // Lines show every row; of bars the first ones, because more cannot be told apart.
  drawnRows() {
    const limit = this.isLine ? Infinity : BARS[this.axis];
    const rows = this.grid.drawn.slice(0, limit);
    if (!this.isTime) return rows;
    const times = new Map(rows.map((row) => [row, toTime(this.label.values[row])]));
    return rows.filter((row) => !Number.isNaN(times.get(row)))
      .sort((a, b) => times.get(a) - times.get(b));
  }

  config() {
    const options = {
      responsive: true, maintainAspectRatio: false, animation: false, parsing: !this.isTime,
      indexAxis: this.axis, layout: { padding: { right: this.axis === "y" ? 44 : 4 } },
      interaction: { mode: "nearest", axis: this.axis, intersect: false },
      plugins: {
        legend: { display: false },
        decimation: { enabled: this.isTime, algorithm: "min-max" },
        tooltip: {
          displayColors: false,
          callbacks: { title: (items) => this.titleOf(items), label: (item) => this.linesOf(item) },
        },
      },
      scales: this.scales(),
    };
    const dataset = this.isLine
      ? { borderWidth: 1.75, pointHitRadius: 8, fill: "origin", spanGaps: this.isTime && this.widestGap(),
          pointRadius: (point) => this.radiusOf(point), segment: this.segmentStyles() }
      : { maxBarThickness: 36, borderRadius: 3 };
    const data = { labels: [], datasets: [dataset] };
    return { type: this.grid.chart.kind, data, options, plugins: [barTexts] };
  }

  // Chart.js 4 joins what spanGaps parts where segments have styles, so a gap gets no colour.
  segmentStyles() {
    const colorOf = ({ p0, p1, chart }) => {
      const widest = chart.data.datasets[0].spanGaps;
      return this.isTime && p1.parsed.x - p0.parsed.x > widest ? "transparent" : undefined;
    };
    const dashOf = ({ p1 }) => (this.isUnfinished(p1.parsed.x) ? [5, 4] : undefined);
    return { borderColor: colorOf, backgroundColor: colorOf, borderDash: dashOf };
  }

  // Amounts name their currency. A count has no decimals, and a percentage is no amount.
  valueTitle() {
    const { currencies, rows } = this.grid;
    const isAmount = this.value.values.some((text) => text?.includes("."));
    if (!isAmount || /percent|rate/.test(this.value.name)) return this.value.title;
    const shown = currencies ? new Set(rows.map((row) => currencies.values[row])) : new Set();
    const [currency] = shown;
    return shown.size === 1 ? `${this.value.title} (${currency ?? "no currency"})` : this.value.title;
  }

  // A title that is longer than the chart is high has two lines.
  axisTitle() {
    const title = this.valueTitle();
    const isCut = title.length * LETTER_PIXELS > this.frame.clientHeight - AXIS_PIXELS;
    if (this.axis !== "x" || !isCut) return title;
    const end = title.indexOf(" ", title.length / 2 - 1);
    return end < 0 ? title : [title.slice(0, end), title.slice(end + 1)];
  }

  scales() {
    const amount = { beginAtZero: true, ticks: { callback: (value) => compact.format(value) },
      title: { display: true, text: this.valueTitle() } };
    const ticks = { autoSkip: this.axis === "x", autoSkipPadding: 20, maxRotation: 0 };
    const names = { grid: { display: false }, ticks,
      title: { display: true, text: this.label.title } };
    if (this.axis === "y") {
      names.ticks.callback = (place) => shorten(this.chart.data.labels[place],
        this.frame.clientWidth < NARROW_PIXELS ? 15 : 26);
      delete names.title;
      amount.grid = { display: false };
      return { x: amount, y: names };
    }
    if (this.isTime) Object.assign(names, { type: "time", time: { minUnit: this.unit() } });
    return { x: names, y: amount };
  }

  // A line across a time without rows would tell of something that was not there.
  widestGap() {
    const times = [...new Set(this.label.values.map(toTime))].filter((time) => !Number.isNaN(time))
      .sort((a, b) => a - b);
    const steps = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b);
    return steps.length ? steps[Math.floor(steps.length / 2)] * STEPS_SPANNED : 0;
  }

  // Of many points only those are marked that no line leads to.
  radiusOf({ dataset, dataIndex: place }) {
    const points = dataset.data;
    if (points.length < 50) return 3;
    if (!this.isTime) return 0;
    const isFar = (other) => !other || Math.abs(other.x - points[place].x) > dataset.spanGaps;
    return isFar(points[place - 1]) && isFar(points[place + 1]) ? 3 : 0;
  }

  // A day or month that was not over when the page was made: its line is dashed.
  isUnfinished(time) {
    if (!this.isTime) return false;
    const start = new Date(time);
    const isMonth = this.unit() === "month";
    const end = new Date(start.getFullYear(), start.getMonth() + (isMonth ? 1 : 0),
      start.getDate() + (isMonth ? 0 : 1));
    return end.getTime() > Date.parse(document.body.dataset.made);
  }

  // Months and days are never divided further.
  unit() {
    return this.label.values.every((text) => /^\d+-\d+(-01)?$/.test(text ?? "")) ? "month" : "day";
  }

  unitText(text) {
    return this.unit() === "month" ? text.slice(0, 7) : text.slice(0, 10);
  }

  // A single point has no line that could be dashed.
  unfinishedText(count, last) {
    const mark = this.isLine && count > 1 ? "Dashed: " : "";
    return `${mark}${this.unitText(last)} is not over yet.`;
  }

  update() {
    const rows = this.drawnRows();
    const numbers = rows.map((row) => toNumber(this.value.values[row]));
    const labels = rows.map((row) => this.label.values[row] ?? "no value");
    const data = this.isTime
      ? rows.map((row, place) => ({ x: toTime(this.label.values[row]), y: numbers[place] }))
      : numbers;
    this.rows = rows;
    this.numbers = numbers;
    this.active = -1;
    this.chart.data.labels = this.isTime ? [] : labels;
    Object.assign(this.chart.data.datasets[0], { data });
    if (this.axis === "y") this.frame.style.height = `${rows.length * BAR_PIXELS + 60}px`;
    const left = this.grid.drawn.length - rows.length;
    const last = this.isTime && rows.length ? this.label.values[rows.at(-1)] : null;
    // An empty pair of axes would look like a chart of zeros.
    this.frame.hidden = !rows.length;
    this.note.textContent = !rows.length ? "No rows for the currency and days above."
      : left > 0 && !this.isTime
      ? `Drawn: the first ${rows.length} of ${countText(this.grid.drawn.length)} rows.`
      : last && this.isUnfinished(toTime(last)) ? this.unfinishedText(rows.length, last) : "";
    this.canvas.setAttribute("aria-label", this.summary());
    this.paint();
  }

  paint() {
    const colors = themeColors();
    this.chart.options.scales[this.axis === "y" ? "x" : "y"].title.text = this.axisTitle();
    const [dataset] = this.chart.data.datasets;
    const fills = this.numbers.map((number) => (number < 0 ? colors.below : colors.fill));
    Object.assign(dataset, { borderColor: this.isLine ? colors.fill : undefined,
      backgroundColor: this.isLine ? colors.wash : fills,
      pointBackgroundColor: colors.fill });
    for (const scale of Object.values(this.chart.options.scales)) {
      scale.ticks.color = colors.soft;
      if (scale.title) scale.title.color = colors.soft;
      scale.grid = { ...scale.grid, color: colors.line };
      scale.border = { color: colors.line };
    }
    Object.assign(this.chart.options.plugins.tooltip, { backgroundColor: colors.ink,
      titleColor: colors.card, bodyColor: colors.card });
    this.chart.resize();
    this.chart.update();
  }

  // A decimated line shows fewer points than there are rows: a point is found by its moment.
  rowOf(item) {
    if (!this.isTime) return this.rows[item.dataIndex];
    return this.rows.find((row) => toTime(this.label.values[row]) === item.parsed.x);
  }

  titleOf(items) {
    return items.length ? this.label.values[this.rowOf(items[0])] ?? "no value" : "";
  }

  linesOf(item) {
    const row = this.rowOf(item);
    return this.grid.fields.filter((field) => field !== this.label)
      .map((field) => `${field.title}: ${shorten(field.values[row] ?? "no value", 60)}`);
  }

  summary() {
    const kind = this.isLine ? "Line chart" : "Bar chart";
    const what = `${kind} of ${this.valueTitle()} by ${this.label.title}`;
    const known = this.rows.filter((row, place) => !Number.isNaN(this.numbers[place]));
    if (!known.length) return `${what}: nothing to show.`;
    const by = (row) => toNumber(this.value.values[row]);
    const low = known.reduce((a, b) => (by(b) < by(a) ? b : a));
    const high = known.reduce((a, b) => (by(b) > by(a) ? b : a));
    const point = (row) => `${this.value.values[row]} at ${this.label.values[row] ?? "no value"}`;
    return `${what}, ${known.length} points. Highest ${point(high)}, lowest ${point(low)}. `
      + "Arrow keys read the points.";
  }

  move(event) {
    const count = this.chart.getDatasetMeta(0).data.length;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const targets = { Home: 0, End: count - 1 };
    if (!count || !(event.key in steps || event.key in targets)) return;
    event.preventDefault();
    const next = targets[event.key] ?? this.active + steps[event.key];
    this.active = Math.min(Math.max(next, 0), count - 1);
    const items = [{ datasetIndex: 0, index: this.active }];
    this.chart.setActiveElements(items);
    this.chart.tooltip.setActiveElements(items, { x: 0, y: 0 });
    this.chart.update();
    const { title, body } = this.chart.tooltip;
    this.spoken.textContent = [...(title ?? []), ...(body ?? []).flatMap((part) => part.lines)]
      .join(", ");
  }
}

function shorten(text, limit = 26) {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
