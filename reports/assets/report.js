// Small comforts of report.html; it reads well without them. Opens what a link points into, unfolds the findings for
// printing, and makes filters of the verdict counts.
"use strict";

function unfold(element) {
  for (let part = element; part; part = part.parentElement) {
    if (part.localName === "details") part.open = true;
  }
}

function follow() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  unfold(target);
  target.scrollIntoView({ block: "center" });
  if (target.matches("svg a")) target.focus({ preventScroll: true });
}

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open], .events)")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});

function button(parent, text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => action(made));
  parent.append(made);
}

function filter() {
  const pressed = new Set();
  for (const made of document.querySelectorAll(".tally [aria-pressed=true]")) pressed.add(made.dataset.filter);
  for (const part of document.querySelectorAll("[data-verdict]")) {
    part.hidden = pressed.size > 0 && !pressed.has(part.dataset.verdict);
  }
}

const tally = document.querySelector(".tally");
for (const count of [...tally.querySelectorAll("[data-filter]")]) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.filter = count.dataset.filter;
  made.setAttribute("aria-pressed", "false");
  made.append(...count.childNodes);
  made.addEventListener("click", () => {
    made.setAttribute("aria-pressed", String(made.getAttribute("aria-pressed") !== "true"));
    filter();
  });
  count.replaceWith(made);
}
button(tally, "Unfold all", () => document.querySelectorAll(".scenario").forEach((s) => (s.open = true)));
button(tally, "Fold all", () => document.querySelectorAll(".scenario").forEach((s) => (s.open = false)));

addEventListener("hashchange", follow);
follow();
