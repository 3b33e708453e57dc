// Small comforts of report.html; it reads well without them. Unpacks what was packed to keep the page small, opens what a
// link points into, unfolds the findings for printing, makes filters of the counts, and draws ladders to scale.
"use strict";

// Laid out once and not over and over while a long night is read.
const whole = document.documentElement;
whole.classList.add("loading");

function unfold(element) {
  for (let part = element; part; part = part.parentElement) {
    if (part.localName === "details") part.open = true;
  }
}

// The body of a packed section is markup of ours, escaped before it was packed.
async function unpack(section) {
  const text = section.dataset.packed;
  if (text === undefined) return;
  delete section.dataset.packed;
  const octets = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate"));
  section.querySelector(".body").innerHTML = await new Response(stream).text();
  offerScale(section);
}

addEventListener("toggle", (event) => event.target.open && event.target.matches(".scenario") && unpack(event.target), true);

async function follow() {
  const id = location.hash.slice(1);
  const section = document.getElementById((/^s\d+/.exec(id) || [])[0]);
  if (section) await unpack(section);
  const target = id && (document.getElementById(id) || document.getElementById(decodeURIComponent(id)));
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
  for (const part of document.querySelectorAll("[data-words]")) {
    part.hidden = pressed.size > 0 && !part.dataset.words.split(" ").some((word) => pressed.has(word));
  }
}

// A ladder has a row for each message; to scale, a message stands where its time is, and gives its words up where the
// one above needs the room.
const least = 13;
function scale(figure, isToScale) {
  const rows = [...figure.querySelectorAll(".ev[data-t]")];
  const last = Math.max(...[...figure.closest(".ladders").querySelectorAll(".ev[data-t]")].map((row) => Number(row.dataset.t)), 1);
  const height = Number(figure.querySelector(".ladder").dataset.height);
  let free = -Infinity;
  for (const row of rows) {
    const y = (Number(row.dataset.t) / last) * height;
    row.setAttribute("transform", isToScale ? `translate(0 ${y - Number(row.dataset.y)})` : "");
    row.classList.toggle("dense", isToScale && y - free < least);
    if (y - free >= least) free = y;
  }
  for (const band of figure.querySelectorAll("[data-from]")) {
    const [top, bottom] = isToScale
      ? [band.dataset.from, band.dataset.to].map((t) => (Math.min(Number(t), last) / last) * height + Number(band.dataset.zero))
      : [Number(band.dataset.top), Number(band.dataset.top) + Number(band.dataset.tall)];
    band.setAttribute("y", top);
    band.setAttribute("height", Math.max(bottom - top, 2));
  }
  figure.querySelector(".ladder").classList.toggle("to-scale", isToScale);
}

function offerScale(part) {
  for (const ladders of part.querySelectorAll(".ladders")) {
    const line = document.createElement("p");
    line.className = "tools";
    button(line, "Time to scale", (made) => {
      const isToScale = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(isToScale));
      for (const figure of ladders.querySelectorAll("figure:has(.ladder)")) scale(figure, isToScale);
    });
    ladders.before(line);
  }
}

function offerFilters() {
  const tally = document.querySelector(".tally");
  for (const count of tally ? [...tally.querySelectorAll("[data-filter]")] : []) {
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
  const hasScenarios = document.querySelector(".scenario") !== null;
  if (tally && hasScenarios) button(tally, "Unfold all", () => document.querySelectorAll(".scenario").forEach((s) => (s.open = true)));
  if (tally && hasScenarios) button(tally, "Fold all", () => document.querySelectorAll(".scenario").forEach((s) => (s.open = false)));
}

addEventListener("DOMContentLoaded", () => {
  whole.classList.remove("loading");
  offerScale(document);
  offerFilters();
  addEventListener("hashchange", follow);
  follow();
});
