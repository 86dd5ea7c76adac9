// A served page asks its server for news twice a second: new health is put in, new data reload it.
"use strict";

let health = null;

async function askForNews() {
  try {
    const fresh = await (await fetch("news")).json();
    if (fresh.data !== document.body.dataset.revision) return reload();
    if (fresh.health !== health) {
      for (const [id, html] of Object.entries(fresh.parts)) {
        document.getElementById(id).innerHTML = html;
      }
      showAges();
      showCurrency();
    }
    health = fresh.health;
    say(fresh.problem || "Live: an upload shows at once, and in the charts after a crawl.");
  } catch {
    say("The server of this page has stopped; what is shown was its last state.");
  }
  setTimeout(askForNews, 500);
}

// New data come with a new page; the days and the currency that were chosen stay chosen.
function reload() {
  const [from, until] = document.querySelectorAll("#span input");
  if (from) sessionStorage.setItem("days", JSON.stringify([from.value, until.value]));
  const currency = document.querySelector("#span select");
  if (currency) sessionStorage.setItem("currency", currency.value);
  location.reload();
}

// Only what is new is written, because screen readers read it out.
function say(text) {
  const place = document.getElementById("live");
  if (place.textContent !== text) place.textContent = text;
}

answersShown.then(() => {
  const kept = sessionStorage.getItem("days");
  if (kept) chooseDays(...JSON.parse(kept));
  const currency = sessionStorage.getItem("currency");
  if (currency) chooseCurrency(currency);
});
askForNews();
