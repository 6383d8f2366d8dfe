// What htmx does not do by itself: the mark of what is new, and a lost connection that shows and heals.
(() => {
  "use strict";
  // A menu that slides begins where one is.
  const menu = document.querySelector(".sidebar");
  const here = menu?.querySelector("[aria-current]");
  if (here) menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;

  const live = document.getElementById("live");
  if (!live) return;
  const SILENT_MS = 40000; // the server writes every 15 s
  const LOOK_MS = 5000;
  const state = live.querySelector("[data-state]");
  const button = live.querySelector("[data-news]");
  const [start, shown] = live.dataset.mark.split("-");
  let source = null;
  let heardAt = Date.now();

  const say = (name) => {
    if (state.dataset.state === name) return;
    state.dataset.state = name;
    state.textContent = live.dataset[name];
  };

  // The server tells how far it has counted: what was missed meanwhile is in it.
  const hear = (mark) => {
    const [started, count] = mark.split("-");
    const news = Number(count) - Number(shown);
    if (started === start && !(news > 0)) return;
    button.textContent = started === start ? live.dataset.new.replace("{count}", String(news)) : live.dataset.restarted;
    button.hidden = false;
  };

  // A connection may die without a word. htmx opens another when one has failed.
  const reconnect = () => {
    if (!source || source.readyState === EventSource.CLOSED) return;
    source.close();
    source.dispatchEvent(new Event("error"));
  };

  document.body.addEventListener("htmx:sseOpen", (event) => {
    source = event.detail.source;
    heardAt = Date.now();
    say("connected");
  });
  document.body.addEventListener("htmx:sseError", (event) => {
    source = event.detail.source;
    say("lost");
  });
  document.body.addEventListener("htmx:sseClose", () => say("lost"));
  document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
    heardAt = Date.now();
    if (!["ready", "moved", "beat"].includes(event.detail.type)) return;
    // The page does not jump under the reader: it says how much is new, and is fetched again when asked.
    event.preventDefault();
    hear(event.detail.data);
  });
  window.addEventListener("offline", () => say("lost"));
  window.addEventListener("online", reconnect);
  window.setInterval(() => {
    if (Date.now() - heardAt > SILENT_MS) reconnect();
  }, LOOK_MS);
  button.addEventListener("click", () => window.location.reload());
})();
