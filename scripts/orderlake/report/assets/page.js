// Brings the page to life: each answer's controls, chart and table; ages, themes, printing.
"use strict";

const charts = [];
const grids = [];

async function showAnswer(name) {
  const part = (kind) => document.querySelector(`[data-${kind}="${name}"]`);
  const grid = new Grid(await readAnswer(name));
  grids.push(grid);
  const card = document.getElementById(name);
  card.toggleAttribute("data-dated", Boolean(grid.days));
  new TableView(part("table"), grid);
  addDownload(card, grid, name.replace(/^q-/, ""));
  if (part("chart")) charts.push(new ChartView(part("chart"), part("spoken"), grid));
}

// One answer that cannot be shown must not take the others with it.
async function showAnswers() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const { dataset } of document.querySelectorAll("[data-answer]")) {
    try {
      await showAnswer(dataset.answer);
    } catch (error) {
      const text = `This browser cannot show it: ${error.message}`;
      document.getElementById(dataset.answer)
        .append(make("p", { className: "notice failed" }, text));
    }
  }
  addDayChoice(document.getElementById("span"), grids);
  addCurrencyChoice(document.getElementById("span"), grids);
  document.documentElement.dataset.ready = "yes";
}

function showAges() {
  for (const element of document.querySelectorAll("time[data-age]")) {
    const text = element.dataset.text ??= element.textContent;
    element.textContent = `${text} (${ageText(Date.now() - Date.parse(element.dateTime))})`;
  }
}

function repaint() {
  charts.forEach((view) => view.paint());
}

// Canvases keep the colours they were painted with; paper is light whatever the screen is.
function printOn(paper) {
  document.documentElement.classList.toggle("paper", paper);
  repaint();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
addEventListener("beforeprint", () => printOn(true));
addEventListener("afterprint", () => printOn(false));
showAges();
setInterval(showAges, 30000);
const answersShown = showAnswers();
