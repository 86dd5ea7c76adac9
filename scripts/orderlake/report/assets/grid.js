// One answer's rows as they are looked at: which days and currency, in which order. Draws nothing.
"use strict";

class Grid {
  constructor({ fields, total, chart }) {
    Object.assign(this, { fields, total, chart });
    this.length = fields.length ? fields[0].values.length : 0;
    this.days = this.dateField();
    this.currencies = fields.find((field) => field.name === "currency") ?? null;
    this.currency = undefined;
    this.sorted = null;
    this.span = ["", ""];
    this.watchers = [];
    this.update();
  }

  // The column that days are chosen by: a chart's own, of a table the first with dates.
  dateField() {
    const field = this.chart ? this.fields[this.chart.label]
      : this.fields.find((one) => one.kind === "date");
    return field?.kind === "date" && new Set(field.values).size > 1 ? field : null;
  }

  choose(from, until) {
    this.span = [from, until];
    this.update();
  }

  // Undefined chooses every currency, null the rows that name none.
  chooseCurrency(currency) {
    this.currency = currency;
    this.update();
  }

  // First click: numbers and dates from the top, text from A. Then the other way, then as it was.
  sortBy(place) {
    const first = this.fields[place].kind === "text" ? 1 : -1;
    const before = this.sorted?.place === place ? this.sorted.sign : 0;
    this.sorted = before === -first ? null : { place, sign: before ? -first : first };
    this.update();
  }

  // Text is compared as far as the other text goes, so that "until 2011-03" holds all of March.
  isChosen(row) {
    const { currency, currencies } = this;
    if (currencies && currency !== undefined && currencies.values[row] !== currency) return false;
    const [from, until] = this.span;
    if (!this.days || (!from && !until)) return true;
    const value = this.days.values[row];
    if (value === null) return false;
    const isLate = until && value.slice(0, 10) > until.slice(0, value.length);
    return !(from && value.slice(0, 10) < from.slice(0, value.length)) && !isLate;
  }

  update() {
    this.rows = [];
    for (let row = 0; row < this.length; row += 1) if (this.isChosen(row)) this.rows.push(row);
    this.drawn = this.rows.slice();
    if (this.sorted) this.rows.sort(this.order());
    this.watchers.forEach((watch) => watch());
  }

  // Rows without a value come last either way; equal ones keep their order.
  order() {
    const { kind, values } = this.fields[this.sorted.place];
    const keys = kind === "number" ? values.map(toNumber) : values;
    const isNone = (key) => key === null || Number.isNaN(key);
    const compare = kind === "text"
      ? new Intl.Collator("en", { numeric: true }).compare
      : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    const sign = this.sorted.sign;
    return (a, b) => {
      const [left, right] = [keys[a], keys[b]];
      if (isNone(left) || isNone(right)) return isNone(left) - isNone(right) || a - b;
      return sign * compare(left, right) || a - b;
    };
  }
}
