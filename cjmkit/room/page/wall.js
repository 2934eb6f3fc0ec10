// The wall, for the projector: how to come in, what to do now, who is done, and the reveal when it is to be shown.
"use strict";

const place = el("main");
const trouble = el("p", { class: "fault", role: "status" });
document.body.append(place, trouble);
let now = null;
let size = 0; // of the names: large, middle, small, then numbers alone
const SIZES = ["large", "middle", "small"];

function show(s, sentence = "", told = false) {
  if (now?.phase === "ended") return;
  trouble.textContent = s && !told ? "" : sentence;
  if (!s) return;
  if (!now || now.phase !== s.phase || now.kind !== s.kind) size = 0;
  now = s;
  document.title = s.title || s.client;
  const facts = s.phase === "shown" ? [s.picture, s.drawn, s.n, s.revision] : [s.tried, s.people, s.kind, s.question, s.url, s.anonymous];
  fill(place, [s.phase, s.title, size, ...facts], () => ways[s.phase](s));
  const crowd = place.querySelector(".crowd");
  if (crowd && crowd.scrollHeight > crowd.clientHeight + 4 && size < SIZES.length) {
    size += 1;
    show(s);
  }
}

const ways = {
  waiting: (s) => (s.did.length && s.joined ? pause(s, { score: "wall_closed", paper: "wall_paper" }[s.did[s.did.length - 1]] || "wall_next") : join(s)),
  open: (s) => [el("h1", {}, say(s.again ? "wall_again" : `wall_${s.kind}`)), s.again ? el("p", { class: "question" }, s.touchpoints.join(" · ")) : s.kind === "score" ? el("p", { class: "question" }, s.question) : null, el("div", { class: "halves" }, crowd(s), door(s))],
  closed: (s) => pause(s, "wall_closed"),
  shown: (s) => [el("div", { class: "page", tabindex: "0" }, s.drawn.includes(s.picture) ? null : el("p", { class: "drawing soft" }, say("drawing")), picture(s, s.picture)), el("footer", { class: "soft" }, s.drawn.length > 1 ? say("wall_keys") : "")],
  ended: () => el("h1", { class: "alone" }, say("wall_over")),
};

function crowd(s) {
  return el("div", { class: `crowd ${SIZES[size] || ""}` }, board(s, { most: size < SIZES.length ? 150 : 0, given: false }));
}

function door(s) {
  if (s.only_here) return el("aside", {}, here(s));
  return el("aside", {}, el("p", {}, say("wall_late")), qr(s, s.host), el("p", { class: "plain" }, origin(s).slice(7)), el("p", { class: "plain" }, spaced(s.code)), here(s));
}

const here = (s) => (s.only_here ? el("p", { class: "fault" }, say("only_here")) : null);

function join(s) {
  return [el("h1", {}, s.title || s.client), el("div", { class: "halves join" }, el("div", {}, el("h2", {}, say("wall_join")), el("p", {}, say("wall_scan")), el("p", { class: "soft" }, say("wall_type")),
    el("p", { class: "plain" }, origin(s)), el("p", { class: "great" }, spaced(s.code)), here(s), el("p", { class: "sum-of" }, say("joined_n", { n: s.joined }))), s.only_here ? null : qr(s, s.host))];
}

function pause(s, name) {
  const tried = s.tried.length && s.phase === "waiting" ? el("table", { class: "tried" }, el("tbody", {}, s.tried.map(([point, n]) => el("tr", {}, el("th", { scope: "row" }, point), el("td", {}, n > 12 ? `● × ${n}` : "● ".repeat(n)))))) : crowd(s);
  return [el("h1", {}, say(name)), el("div", { class: "halves" }, tried, door(s))];
}

document.addEventListener("keydown", (event) => {
  const page = place.querySelector(".page");
  const down = { ArrowDown: 0.8, ArrowUp: -0.8, PageDown: 0.9, PageUp: -0.9 }[event.key];
  if (page && down) {
    event.preventDefault();
    page.scrollBy({ top: down * page.clientHeight });
  }
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!way || !now || now.phase !== "shown" || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = now.drawn.length;
  const next = now.drawn[(now.drawn.indexOf(now.picture) + way + all) % all];
  if (next) post("/do", { do: "show", on: true, picture: next }).then(show, (error) => show(now, error.message, true));
});

addEventListener("resize", () => { size = 0; });
follow(show);
