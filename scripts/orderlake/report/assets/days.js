// The choice of days for the whole page: every answer by day or month follows it, the others say so.
"use strict";

// Chooses days from outside; set once there is something to choose.
let chooseDays = () => {};

const SPANS = [["30 days", 30], ["90 days", 90], ["12 months", 365], ["All days", 0]];

function addDayChoice(place, grids) {
  const dated = grids.filter((grid) => grid.days);
  const known = dated.flatMap((grid) => grid.days.values.filter((value) => value !== null)).sort();
  if (!known.length) return;
  const limits = { min: firstDay(known[0]), max: lastDay(known.at(-1)) };
  const choose = () => {
    const isWhole = !from.value && !until.value;
    document.documentElement.toggleAttribute("data-narrowed", !isWhole);
    dated.forEach((grid) => grid.choose(from.value, until.value));
    mark();
  };
  const mark = () => {
    buttons.forEach((button, number) => {
      const [first, last] = spanOf(SPANS[number][1], limits);
      button.ariaPressed = String(from.value === first && until.value === last);
    });
  };
  const from = make("input", { type: "date", ...limits, onchange: choose });
  const until = make("input", { type: "date", ...limits, onchange: choose });
  const buttons = SPANS.map(([text, count]) => make("button", { type: "button", onclick: () => {
    [from.value, until.value] = spanOf(count, limits);
    choose();
  } }, text));
  place.append(make("label", {}, "From", from), make("label", {}, "until", until),
    make("span", { className: "spans" }, ...buttons));
  chooseDays = (first, last) => { [from.value, until.value] = [first, last]; choose(); };
  mark();
}

// The last so many days of what there is; none is all of them.
function spanOf(count, { max }) {
  if (!count) return ["", ""];
  const [year, month, day] = max.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1, day - count + 1));
  return [first.toISOString().slice(0, 10), max];
}

function firstDay(text) {
  return text.length < 10 ? `${text}-01` : text.slice(0, 10);
}

function lastDay(text) {
  if (text.length >= 10) return text.slice(0, 10);
  const [year, month] = text.split("-").map(Number);
  return `${text}-${new Date(year, month, 0).getDate()}`;
}
