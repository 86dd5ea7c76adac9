// The rows of an answer as a CSV file: those that are chosen, in the order in which they are shown.
"use strict";

function addDownload(card, grid, name) {
  const save = () => {
    const blob = new Blob([csvText(grid)], { type: "text/csv" });
    const link = make("a", { href: URL.createObjectURL(blob), download: `${name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const button = make("button", { type: "button", className: "download", onclick: save },
    "Download CSV");
  card.querySelector(".more").append(button);
}

function csvText({ fields, rows }) {
  const lines = rows.map((row) => fields.map((field) => csvCell(field, field.values[row])));
  return [fields.map((field) => csvQuoted(field.name)), ...lines]
    .map((cells) => `${cells.join(",")}\r\n`).join("");
}

// Numbers lose their thousands marks. A text that a spreadsheet would run as a formula gets an
// apostrophe before it, as spreadsheets themselves mark text.
function csvCell({ kind }, value) {
  if (value === null) return "";
  if (kind === "number") return value.replaceAll(",", "");
  return csvQuoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}

function csvQuoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
