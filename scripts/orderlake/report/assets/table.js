// The table of a grid: headers that sort, and pages for long answers.
"use strict";

const PAGE_ROWS = 10;

class TableView {
  constructor(table, grid) {
    Object.assign(this, { table, grid, start: 0 });
    this.heads = [...table.tHead.rows[0].cells];
    this.heads.forEach((head, place) => {
      const sort = make("button", { type: "button", onclick: () => grid.sortBy(place) });
      sort.append(...head.childNodes);
      head.append(sort);
    });
    this.counts = [table.caption, table.closest("details")?.querySelector("summary")]
      .filter(Boolean).map((element) => ({ element, all: element.textContent }));
    this.pages = grid.length > PAGE_ROWS ? this.addPages() : null;
    grid.watchers.push(() => this.turnTo(0));
    this.draw();
  }

  addPages() {
    const step = (text, target) =>
      make("button", { type: "button", onclick: () => this.turnTo(target()) }, text);
    const last = () => Math.max(Math.ceil(this.grid.rows.length / PAGE_ROWS) - 1, 0) * PAGE_ROWS;
    this.back = [step("First", () => 0), step("Previous", () => this.start - PAGE_ROWS)];
    this.onward = [step("Next", () => this.start + PAGE_ROWS), step("Last", last)];
    const where = make("span", { "aria-live": "polite" });
    this.table.parentElement.after(
      make("div", { className: "pages" }, ...this.back, where, ...this.onward));
    return where;
  }

  turnTo(start) {
    this.start = Math.max(start, 0);
    this.draw();
  }

  draw() {
    const { rows, sorted, fields, length } = this.grid;
    this.heads.forEach((head, place) => {
      const isSorted = sorted?.place === place;
      head.ariaSort = isSorted ? (sorted.sign > 0 ? "ascending" : "descending") : "none";
    });
    const shown = rows.slice(this.start, this.start + PAGE_ROWS);
    this.table.tBodies[0].replaceChildren(...shown.map((row) => drawRow(fields, row)));
    const part = rows.length < length ? `${countText(rows.length)} of ` : "";
    this.counts.forEach(({ element, all }) => { element.textContent = part + all; });
    if (!this.pages) return;
    const end = this.start + shown.length;
    const span = shown.length ? `${countText(this.start + 1)} to ${countText(end)}` : "none";
    const chosen = rows.length < length ? ` chosen, of ${countText(length)}` : "";
    this.pages.textContent = `${span} of ${countText(rows.length)}${chosen}`;
    this.back.forEach((button) => { button.disabled = this.start === 0; });
    this.onward.forEach((button) => { button.disabled = end >= rows.length; });
  }
}

function drawRow(fields, row) {
  const cells = fields.map(({ kind, values }) => values[row] === null
    ? make("td", { className: `${kind} null`, "aria-label": "no value" }, "–")
    : make("td", { className: kind }, values[row]));
  return make("tr", {}, ...cells);
}
