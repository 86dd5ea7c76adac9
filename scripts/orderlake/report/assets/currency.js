// The choice of a currency for the whole page: amounts of two currencies never stand in one chart.
"use strict";

const NO_CURRENCY = "no currency";

// Chooses a currency from outside; set once there is something to choose.
let chooseCurrency = () => {};
// Hides the other currencies in parts that were put in since.
let showCurrency = () => {};

function addCurrencyChoice(place, grids) {
  const money = grids.filter((grid) => grid.currencies);
  const found = new Set(money.flatMap((grid) => grid.currencies.values));
  // The page names the currency with most order lines first; others come as the answers have them.
  const first = JSON.parse(document.body.dataset.currencies).filter((one) => found.delete(one));
  const currencies = [...first, ...found];
  if (!currencies.length) return;
  showCurrency = () => {
    const chosen = currencies[select.selectedIndex] ?? "";
    for (const element of document.querySelectorAll("[data-currency]")) {
      element.hidden = element.dataset.currency !== chosen;
    }
  };
  const show = () => {
    money.forEach((grid) => grid.chooseCurrency(currencies[select.selectedIndex]));
    showCurrency();
  };
  chooseCurrency = (text) => {
    const number = currencies.findIndex((one) => (one ?? NO_CURRENCY) === text);
    if (number < 0) return;
    select.selectedIndex = number;
    show();
  };
  const options = currencies.map((one) => make("option", {}, one ?? NO_CURRENCY));
  const select = make("select", { onchange: show }, ...options);
  if (currencies.length > 1) place.prepend(make("label", {}, "Currency", select));
  show();
}
