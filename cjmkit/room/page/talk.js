// What the desk and the wall share: words, elements, the room's answers, and who is here.
"use strict";

const words = JSON.parse(document.body.dataset.words);

function say(name, values = {}) {
  return (words[name] || name).replace(/\{(\w+)\}/g, (gap, of) => (of in values ? values[of] : gap));
}

function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value === "boolean") made[name] = value;
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

async function post(path, data) {
  const token = (document.cookie.match(/(?:^|; )cjm_desk_xsrf=([^;]*)/) || [])[1] || "";
  const headers = { "Content-Type": "application/json", "X-Xsrftoken": decodeURIComponent(token) };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(data) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(answer.status === 401 ? say("no_key") : said.error);
  return said;
}

// The room's state, again and again: shown(status) or shown(null, sentence).
async function follow(shown) {
  if (location.hash.length > 1) {
    try { await post("/enter", { key: location.hash.slice(1) }); } catch { /* what is wrong is said below */ }
    history.replaceState(null, "", location.pathname);
  }
  for (;;) {
    let status = null, sentence = say("gone");
    try {
      const answer = await fetch("/status");
      if (answer.status === 401) return shown(null, say("no_key"));
      if (answer.ok) status = await answer.json();
      else sentence = (await answer.json()).error;
    } catch { /* it gives no answer, or half of one */ }
    shown(status, sentence);
    if (status && status.phase === "ended") return undefined;
    await new Promise((go) => setTimeout(go, document.hidden ? 2500 : 700));
  }
}

// Fill a place anew only where what it shows has changed; what has the focus there keeps it.
function fill(place, facts, make) {
  const signature = JSON.stringify(facts);
  if (place.dataset.facts === signature) return;
  place.dataset.facts = signature;
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  const unfolded = [...place.querySelectorAll("details[open]")].map((one) => one.dataset.key);
  place.replaceChildren(...[make()].flat(9).filter(Boolean));
  for (const one of place.querySelectorAll("details")) if (unfolded.includes(one.dataset.key)) one.open = true;
  if (held) [...place.querySelectorAll("[data-key]")].find((one) => one.dataset.key === held)?.focus();
}

const MARKS = { joined: "○", busy: "◐", done: "●" };
const unnamed = (s) => s.anonymous && s.kind !== "warm-up";
const state = (s, person) => (s.phase !== "open" ? "joined" : person.done ? "done" : person.given ? "busy" : "joined");
const done = (s) => s.people.filter((person) => person.done).length;

function teams(s) {
  const found = new Map();
  for (const person of s.people) found.set(person.team, [...(found.get(person.team) || []), person]);
  return [...found].sort(([a], [b]) => a.localeCompare(b, s.language));
}

// Who is here and how far, never what they gave: by name, or as numbers by team where they are many or nameless.
function board(s, { most, given }) {
  if (!s.people.length) return el("p", { class: "soft" }, say("nobody"));
  const sum = el("p", { class: "sum-of" }, s.phase === "open" ? say("done_n", { done: done(s), all: s.joined }) : say("joined_n", { n: s.joined }));
  if (unnamed(s) && s.phase === "open") return sum;
  if (s.people.length > most) return [sum, numbers(s)];
  const kinds = ["joined", "busy", "done"].filter((kind) => s.people.some((person) => state(s, person) === kind));
  const key = kinds.length < 2 && s.phase !== "open" ? null : el("p", { class: "key soft" }, kinds.map((kind) => el("span", {}, `${MARKS[kind]} ${say(kind)}`)));
  const groups = teams(s).map(([team, people]) => el("section", { class: "team" }, el("h3", {}, team || say("no_team")),
    el("ul", { class: "chips" }, people.sort((a, b) => a.nickname.localeCompare(b.nickname, s.language)).map((person) => {
      const is = state(s, person);
      const far = given && is === "busy" && person.of > 1 ? ` ${person.given}/${person.of}` : "";
      return el("li", { class: is }, el("span", { "aria-hidden": "true" }, `${MARKS[is]} `), person.nickname, far, person.away && is !== "done" ? el("span", { class: "fault" }, ` ${say("away")}`) : null, el("span", { class: "aloud" }, `, ${say(is)}`));
    }))));
  return [sum, key, ...groups];
}

function numbers(s) {
  return el("table", {}, el("tbody", {}, teams(s).map(([team, people]) => {
    const n = people.filter((person) => person.done).length;
    return el("tr", {}, el("th", { scope: "row" }, team || say("no_team")), el("td", {}, s.phase === "open" ? say("done_n", { done: n, all: people.length }) : String(people.length)),
      s.phase === "open" ? el("td", {}, el("progress", { max: people.length, value: n, "aria-label": team || say("no_team") })) : "");
  })));
}

const spaced = (code) => `${code.slice(0, 4)} ${code.slice(4)}`;
const origin = (s) => `http://${s.host}:${s.port}`;
const qr = (s, host) => el("img", { class: "qr", src: `/picture/qr.svg?host=${encodeURIComponent(host)}&of=${s.port}-${s.code}`, alt: `http://${host}:${s.port}` });
const picture = (s, name) => el("img", { class: "picture", src: `/picture/${name}.svg?of=${s.n}-${s.revision}`, alt: say(name) });
