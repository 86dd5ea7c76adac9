// A served page asks its server for news once a second: new health is put in, new data reload it.
"use strict";

const news = { health: null, data: null };

async function askForNews() {
  const status = document.getElementById("live");
  try {
    const fresh = await (await fetch("news")).json();
    if (news.data !== null && fresh.data !== news.data) return location.reload();
    if (fresh.health !== news.health) {
      document.getElementById("health-panel").innerHTML = fresh.panel;
      showAges();
    }
    Object.assign(news, { health: fresh.health, data: fresh.data });
    status.textContent = fresh.problem || "Live: uploads show here at once, charts after a crawl.";
  } catch {
    status.textContent = "The server of this page has stopped; what is shown was its last state.";
  }
  setTimeout(askForNews, 1000);
}

askForNews();
