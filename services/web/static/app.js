// What htmx does not do by itself: the mark of what is new, and a lost connection that shows and heals.
(() => {
  "use strict";
  const live = document.getElementById("live");
  if (!live) return;
  const state = live.querySelector("[data-state]");
  const mark = live.querySelector("[data-news]");
  let news = 0;

  const say = (name) => {
    state.dataset.state = name;
    state.textContent = live.dataset[name];
  };

  document.body.addEventListener("htmx:sseOpen", () => say("connected"));
  document.body.addEventListener("htmx:sseError", () => say("lost"));
  document.body.addEventListener("htmx:sseClose", () => say("lost"));
  document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.detail.type !== "moved") return;
    // The page does not jump under the reader: it says how much is new, and is fetched again when asked.
    event.preventDefault();
    news += Number(event.detail.data) || 1;
    mark.textContent = live.dataset.new.replace("{count}", String(news));
    mark.hidden = false;
  });
  mark.addEventListener("click", () => window.location.reload());
})();
