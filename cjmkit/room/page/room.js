// The phones' page: join, answer, see what was sent. An answer waits on the phone until the room says that it has it.
"use strict";
const words = JSON.parse(document.body.dataset.words);
const MARKS = { sent: "✓", waiting: "↑", refused: "✕" };
const SCALES = ["score", "customer_effort", "comment"]; // what stands on a situation's card
const LONGEST = 8000; // milliseconds between two tries

const tell = (word, gaps = {}) => words[word].replace(/\{(\w+)\}/g, (gap, name) => (name in gaps ? gaps[name] : gap));
const secret = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function make(tag, { text, on = {}, ...attributes } = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false) e.setAttribute(name, value === true ? "" : value);
  for (const [name, act] of Object.entries(on)) e.addEventListener(name, act);
  e.append(...(text ? [text] : []), ...children);
  return e;
}
const button = (text, click, attributes = {}) => make("button", { type: "button", text, on: { click }, ...attributes });

// What outlives a reload; where the browser keeps nothing (a private window, a full phone) memory has to do.
const memory = new Map();
let keeps = true;
const kept = {
  try(act, otherwise) {
    try {
      return act();
    } catch {
      keeps = false;
      return otherwise;
    }
  },
  get: (name) => memory.get(name) ?? kept.try(() => localStorage.getItem("cjm." + name), null),
  set(name, value) {
    memory.set(name, value);
    if (kept.try(() => (localStorage.setItem("cjm." + name, value), true), false)) memory.delete(name);
  },
  drop(name) {
    memory.delete(name);
    kept.try(() => localStorage.removeItem("cjm." + name));
  },
  names: () => [...new Set([...memory.keys(), ...kept.try(() => Object.keys(localStorage).filter((n) => n.startsWith("cjm.")).map((n) => n.slice(4)), [])])],
};

// The queue: one entry for each answer, named by its turn, so that two windows of one phone do not overwrite each other.
const queue = {
  names: () => kept.names().filter((name) => name.startsWith("q.")).sort(),
  all: () => queue.names().map((name) => kept.get(name)).filter(Boolean).map((text) => JSON.parse(text)),
  add(ballot) {
    const last = queue.names().pop();
    const turn = String(last ? Number(last.split(".")[1]) + 1 : 1).padStart(9, "0");
    kept.set(`q.${turn}.${ballot.id}`, JSON.stringify(ballot));
  },
};
function forget() {
  for (const name of kept.names()) if (!["theme", "code"].includes(name)) kept.drop(name);
  [state, refusals, acks] = [null, new Map(), []];
}

let inside = null; // null: not known yet; true: joined; "out": not joined; "ended": the room is over
let state = null; // what the room said last
let acks = []; // what it took since this page was opened
let refusals = new Map(); // by cell, why it was not taken
let trouble = false; // the last try did not get through
let knock = null; // { number, error } while this phone waits to be let in by hand
let waiting = []; // the queue as it stands
let fault = ""; // why joining did not work

// A pause that can be cut short.
function pauses() {
  let wake = () => {};
  return {
    for: (ms) =>
      new Promise((done) => {
        const timer = setTimeout(done, ms * (0.8 + Math.random() * 0.4));
        wake = () => (clearTimeout(timer), done());
      }),
    end: () => wake(),
  };
}
const following = pauses();
const sending = pauses();

let stale = false; // the page's own token is no good any more
async function ask(path, data = null, stop = new AbortController(), patience = 15000) {
  const timer = setTimeout(() => stop.abort(), patience);
  const token = () => (/(?:^|; )cjm_xsrf=([^;]+)/.exec(document.cookie) || [])[1] || "";
  const options = { signal: stop.signal, cache: "no-store" };
  try {
    if (data && (stale || !token())) await fetch("/", options);
    if (data) Object.assign(options, { method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-Xsrftoken": token() } });
    const answer = await fetch(path, options);
    stale = answer.status === 403 && path !== "/join";
    return { status: answer.status, data: await answer.json() };
  } catch {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
}

// Follow the room: one question at a time, which the room answers when there is something new.
let polling = null;
let curious = []; // who waits for the next answer
let anew = true; // it is asked for what stands, not for what is new
function look() {
  anew = true;
  following.end();
  if (polling) (polling.cut = true), polling.abort();
}
const news = () => new Promise((done) => (curious.push(done), look()));
async function follow() {
  for (let pause = 0; ; ) {
    while (document.hidden || inside === "out" || inside === "ended") await following.for(1e9);
    const [mine, before, fresh] = [(polling = new AbortController()), acks.length, anew || !state];
    anew = false;
    const { status, data } = await ask(fresh ? "/state" : "/state?seen=" + encodeURIComponent(state.version), null, mine, 40000);
    polling = null;
    if (status === 200 && data.version) {
      [pause, trouble] = [0, false];
      take(data, before);
    } else if (status === 401) {
      [pause, trouble] = [0, false];
      out();
    } else if (!mine.cut) {
      [pause, trouble] = [Math.min(pause * 2 || 500, LONGEST), (anew = true)];
      refresh();
      await following.for(pause);
    }
  }
}
function take(data, before) {
  if (data.phase === "ended") return leave("ended");
  if (!state || (state.round || {}).n !== (data.round || {}).n) refusals.clear();
  [inside, state, document.title] = [true, data, data.title];
  acks.slice(before).forEach(hold);
  kept.drop("code");
  curious.splice(0).forEach((done) => done());
  draw();
  sending.end();
  send();
}
function hold({ n, column, touchpoint, value }) {
  if (state && state.round && state.round.n === n) (state.given[column] ??= {})[touchpoint] = value;
}

// Send what waits, in its order, one at a time; only what the room has judged leaves the queue.
let busy = false;
async function send() {
  if (busy) return;
  busy = true;
  for (let pause = 0, name; inside === true && (name = queue.names()[0]); refresh()) {
    const ballot = JSON.parse(kept.get(name) || "{}");
    const { status, data } = await ask("/ballot", ballot);
    if (status === 200 && data.stored === ballot.id) {
      kept.drop(name);
      acks.push(ballot);
      hold(ballot);
      if (trouble) look();
      pause = 0;
    } else if ([400, 409, 413, 415].includes(status) && data.error) {
      await news(); // is it this answer, or is its round over?
      if (inside !== true) break;
      kept.drop(name);
      if (state.round && state.round.n === ballot.n) refusals.set(cell(ballot), named(ballot) + data.error);
      else if (ballot.column !== "done") late(1);
      pause = 0;
    } else if (status === 401) {
      out();
    } else {
      pause = Math.min(pause * 2 || 500, LONGEST);
      trouble = trouble || status === 0 || status === 403;
      refresh();
      await sending.for(pause);
    }
  }
  busy = false;
}
const cell = ({ column, touchpoint }) => column + " " + touchpoint;
const named = ({ column, value }) => (column === "note" && value ? `${value.name}: ` : "");
const late = (n) => n && kept.set("late", String(Number(kept.get("late") || 0) + n));

// The room does not know this phone: it has not joined, or the room is over. What it still holds came too late.
const out = () => leave(inside === true ? "ended" : "out");
function leave(to) {
  leaving();
  door = null;
  const lost = queue.all().filter((b) => b.column !== "done").length + Number(kept.get("late") || 0);
  forget();
  late(lost);
  inside = to;
  curious.splice(0).forEach((done) => done());
  draw();
}

let joins = false; // one tap is one person
let door = null; // the room's title and teams, once the code was right
async function join(code, team) {
  if (joins) return;
  [joins, fault] = [true, ""];
  refresh();
  const mine = kept.get("knock") || secret();
  kept.set("knock", mine);
  const { status, data } = await ask("/join", { code, team, knock: mine });
  joins = false;
  if (status === 200 && data.nickname) {
    forget();
    [inside, knock, door] = [null, null, null];
    return look();
  }
  if (status === 200 && data.teams) {
    [knock, door] = [null, data];
    document.title = data.title;
    kept.set("code", code);
    return draw();
  }
  const crowded = status === 429 || status === 503 || (knock && ![401, 403].includes(status));
  knock = data.number ? data : crowded ? knock : null;
  fault = knock ? "" : crowded ? words.tries : status === 401 ? words.ended : ([400, 403, 409, 507].includes(status) && data.error) || words.unreached;
  if (status === 403) kept.drop("code");
  if (crowded) setTimeout(() => join(code, team), knock ? 4000 : 2000);
  draw();
}

// What one cell holds: the newest answer that waits, else what the room has; and how far it is.
function given(column, touchpoint) {
  const mine = waiting.filter((b) => b.n === state.round.n && b.column === column && b.touchpoint === touchpoint).pop();
  const value = (mine ? mine.value : (state.given[column] || {})[touchpoint]) ?? null;
  const refusal = refusals.get(column + " " + touchpoint);
  return { value, is: mine ? "waiting" : refusal ? "refused" : value === null ? "" : "sent", refusal };
}
function answer(n, column, touchpoint, value) {
  refusals.delete(column + " " + touchpoint);
  queue.add({ id: secret(), n, column, touchpoint, value });
  refresh();
  send();
}

// ---- what is seen: a screen is built once, `refresh` brings it up to date ----
const me = make("p");
const sum = make("p", { class: "sum" });
const spoken = make("p", { class: "aloud", role: "status" });
const notices = make("div");
const main = make("main");
const theme = button("", () => wear(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
document.body.className = "phone";
document.body.append(make("header", {}, me, theme), sum, notices, spoken, main, make("footer", {}, make("p", { class: "soft", text: words.private })));

let shown = ""; // the screen that stands
let parts = []; // what of it follows the answers
let leaving = () => {}; // what is still in the fingers
function draw() {
  const [key, build] = screen();
  if (key !== shown) {
    parts = [];
    leaving();
    leaving = () => {};
    main.replaceChildren(...build());
    const [place, y] = (kept.get("at") || "").split("|");
    scrollTo(0, !shown && place === key ? Number(y) : 0);
    const head = main.querySelector("h1");
    head.tabIndex = -1;
    if (shown) head.focus({ preventScroll: true });
    shown = key;
  }
  refresh();
}
function refresh() {
  waiting = queue.all();
  parts.forEach((part) => part());
  me.textContent = state && state.round ? [tell("you", state.me), state.me.team].filter(Boolean).join(" · ") : document.title;
  const quiet = waiting.length ? words.sending : state && Object.keys(state.given).length ? words.all : "";
  const way = trouble ? (waiting.length ? tell("waits", { n: waiting.length }) : words.unreached_now) : quiet;
  sum.textContent = [counted(), way].filter(Boolean).join(" · ");
  sum.hidden = !sum.textContent;
  notify();
  clearTimeout(refresh.soon);
  refresh.soon = setTimeout(() => spoken.textContent !== sum.textContent && (spoken.textContent = sum.textContent), 700);
}
function notify() {
  const texts = [kept.get("late") && tell("late", { n: kept.get("late") }), !keeps && words.memory].filter(Boolean);
  if (texts.join() === notify.last) return;
  notify.last = texts.join();
  const dismiss = (text) => (text === words.memory ? [] : [button("OK", () => (kept.drop("late"), refresh()))]);
  notices.replaceChildren(...texts.map((text) => make("p", { class: "notice", role: "alert" }, make("span", { text }), ...dismiss(text))));
}
function counted() {
  const round = state && state.round;
  if (!round) return "";
  const own = (column) => cells(column).filter((id) => given(column, id).value !== null);
  if (round.kind === "collect") return tell("notes_n", { n: own("note").length });
  const [at, most] = [shown.split(" ")[1], round.dots[shown.split(" ")[1]]];
  if (most) return tell("left", { n: most - placed(at), most });
  const columns = round.asks.filter((c) => c === "score" || (c === "importance" && !round.dots[c]));
  if (!columns.length) return "";
  return tell("n_of", { n: columns.reduce((n, c) => n + own(c).length, 0), most: columns.length * round.touchpoints.length });
}
const placed = (column) => cells(column).reduce((n, id) => n + (given(column, id).value || 0), 0);
const cells = (column) =>
  column === "note"
    ? [...new Set([...Object.keys(state.given.note || {}), ...waiting.filter((b) => b.column === "note" && b.n === state.round.n).map((b) => b.touchpoint)])]
    : state.round.touchpoints.map((t) => t.id);

function screen() {
  if (knock) return ["knock " + knock.number, knocking];
  if (inside === "ended") return ["ended", () => calm(words.ended, words.thanks, button(words.again, () => ((inside = "out"), draw()), { class: "first" }))];
  if (inside === "out") return door && kept.get("code") ? ["team", choosing] : ["join", joining];
  if (!state) return ["", () => calm(document.title)];
  const round = state.round;
  if (state.phase === "closed") return ["closed", () => calm(words.closed, words.look)];
  if (state.phase === "shown") return ["shown", () => calm(words.shown, words.look)];
  if (!round && state.paper) return ["paper", () => calm(words.paper)];
  if (!round) return ["waiting", () => calm(tell("you", state.me), words.look)];
  if (round.kind === "collect") return [`${round.n} note`, collecting];
  const all = steps(round);
  const [n, step] = (kept.get("step") || "").split(" ");
  const at = n === String(round.n) && all.includes(step) ? step : all[0];
  return [`${round.n} ${at}`, () => [...navigation(round, all, at), ...(round.dots[at] ? dots : scoring)(round, at), ...onward(round, all, at)]];
}
const calm = (title, ...rest) => [make("h1", { text: title }), ...rest.map((one) => (typeof one === "string" ? make("p", { text: one }) : one))];

function joining() {
  const code = make("input", { type: "text", name: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "20" });
  const field = make("label", { class: "field", text: words.code }, code);
  const wrong = make("p", { class: "fault", role: "alert" });
  const go = (event) => {
    event.preventDefault();
    const text = kept.get("code") || code.value.trim();
    if (text) return join(text);
    fault = words.no_code;
    refresh();
    code.focus();
  };
  parts.push(() => {
    field.hidden = !!kept.get("code");
    wrong.textContent = fault;
  });
  if (kept.get("code")) queueMicrotask(() => join(kept.get("code")));
  return [make("h1", { text: words.welcome }), make("form", { on: { submit: go } }, field, wrong, make("button", { class: "first", text: words.next }))];
}
function choosing() {
  const teams = door.teams;
  const go = (team) => join(kept.get("code"), team);
  const other = make("input", { type: "text", name: "team", maxlength: "40", autocomplete: "organization-title" });
  const wrong = make("p", { class: "fault", role: "alert" });
  const named = make("form", { hidden: teams.length > 0, on: { submit: (e) => (e.preventDefault(), other.value.trim() ? go(other.value.trim()) : other.focus()) } },
    make("label", { text: words.other_name }, other), make("button", { class: "first", text: words.join }));
  const reveal = (e) => ((named.hidden = false), (e.target.hidden = true), other.focus());
  parts.push(() => (wrong.textContent = fault));
  return [
    make("h1", { text: words.welcome }), wrong, make("h2", { text: words.team, id: "team" }),
    make("div", { class: "choices", role: "group", "aria-labelledby": "team" }, ...teams.map((team) => button(team, () => go(team))),
      button(words.other, reveal, { hidden: !teams.length }), named, button(words.none, () => go(""))),
  ];
}
function knocking() {
  return [make("h1", { class: "great", text: knock.number }), make("p", { role: "alert", text: knock.error }), make("p", { text: words.tries })];
}

// Steps of a round that scores: the situations, then what each other column asks.
const steps = (round) => [...(round.asks.some((c) => SCALES.includes(c)) ? ["score"] : []), ...round.asks.filter((c) => !SCALES.includes(c))];
function turn(round, step) {
  kept.set("step", `${round.n} ${step}`);
  draw();
}
function navigation(round, all, at) {
  if (all.length < 2) return [];
  const one = (step, n) => button(`${n + 1} ${words["step_" + step]}`, () => turn(round, step), step === at ? { "aria-current": "step" } : {});
  return [make("nav", { class: "steps", "aria-label": words.steps }, ...all.map(one))];
}
function onward(round, all, at) {
  const next = all[all.indexOf(at) + 1];
  if (next) return [make("div", { class: "finish" }, button(`${words.next}: ${words["step_" + next]} →`, () => turn(round, next), { class: "first" }))];
  return [finish(round, all)];
}
function finish(round, all) {
  const open = make("p");
  const said = make("p", { role: "status" });
  const done = button("", () => answer(round.n, "done", "", !given("done", "").value));
  const missing = () => (round.asks.includes("score") ? round.touchpoints.filter((t) => given("score", t.id).value === null) : []);
  const jump = (t) => () => {
    turn(round, all[0]);
    const first = main.querySelector(`[data-cell="score ${t.id}"] input`);
    first.focus();
    first.closest(".card").scrollIntoView({ block: "center" });
  };
  parts.push(() => {
    const is = !!given("done", "").value;
    done.textContent = (is ? "✓ " : "") + words.done;
    done.setAttribute("aria-pressed", String(is));
    said.textContent = is ? words.undone : "";
    const still = missing();
    if (open.dataset.ids === still.map((t) => t.id).join()) return;
    open.dataset.ids = still.map((t) => t.id).join();
    open.replaceChildren(...(still.length ? [words.open + " ", ...still.map((t) => button(String(t.number), jump(t), { "aria-label": `${t.number}. ${t.name}` }))] : []));
  });
  return make("div", { class: "finish" }, ...(round.kind === "score" ? [open] : []), done, said);
}

// Sent or waiting, by icon and word; with it the way to take an answer back.
function told(round, column, id, back = true) {
  const mark = make("span", { class: "mark" });
  const undo = button(words.take_back, () => answer(round.n, column, id, null), { class: "plain" });
  const line = make("div", { class: "told" }, mark, undo);
  parts.push(() => {
    const { value, is, refusal } = given(column, id);
    mark.dataset.is = is;
    mark.textContent = is ? `${MARKS[is]} ${words[is]}${refusal && is === "refused" ? ": " + refusal : ""}` : "";
    undo.hidden = !back || value === null;
  });
  return line;
}
function scale(round, column, t, legend, points, ends) {
  const chosen = make("b", { "aria-hidden": "true" });
  const name = `${column} ${t.id}`;
  const picks = points.map((p, n) => {
    const label = p.label || (n === 0 ? ends[0] : n === points.length - 1 ? ends[1] : "");
    const input = make("input", { type: "radio", name, on: { change: () => answer(round.n, column, t.id, p.value) } });
    return { p, input, label, pick: make("label", { class: "pick" }, input, make("span", { text: p.shown }), make("span", { class: "aloud", text: label })) };
  });
  const [low, high] = [picks[0], picks[picks.length - 1]].map(({ p, label }) => make("span", { class: "soft", text: label && `${p.shown} ${label}` }));
  parts.push(() => {
    const { value } = given(column, t.id);
    picks.forEach(({ p, input }) => (input.checked = p.value === value));
    const middle = picks.slice(1, -1).find(({ p }) => p.value === value);
    chosen.textContent = (middle && middle.label && `${middle.p.shown} ${middle.label}`) || "";
  });
  const across = points.length > 5 ? Math.ceil(points.length / 2) : points.length;
  return make("fieldset", { "data-cell": name }, make("legend", {}, ...legend), make("div", { class: `points across-${across} all-${points.length}` }, ...picks.map(({ pick }) => pick)),
    make("p", { class: "ends" }, low, chosen, high), told(round, column, t.id));
}
function comment(round, t) {
  const area = make("textarea", { rows: "2", maxlength: "500", "data-cell": `comment ${t.id}` });
  let [timer, last] = [0, ""];
  const give = () => {
    if (!timer) return;
    timer = clearTimeout(timer) || 0;
    const text = area.value.trim();
    if (text !== last) answer(round.n, "comment", t.id, text || null);
  };
  area.addEventListener("input", () => (clearTimeout(timer), (timer = setTimeout(give, 1000))));
  area.addEventListener("blur", give);
  const before = leaving;
  leaving = () => (before(), give());
  parts.push(() => {
    last = given("comment", t.id).value || "";
    if (!timer && document.activeElement !== area) area.value = last;
  });
  return make("div", { class: "more" }, make("label", { text: words.comment }, area), told(round, "comment", t.id, false));
}
function scoring(round, at) {
  const [rated, warm] = [at === "importance", round.kind === "warm-up"];
  const question = rated ? words.rate : round.question;
  const card = (t) => {
    const legend = warm ? [make("span", { class: "aloud", text: question })] : [`${t.number}. ${t.name}`, make("span", { class: "aloud", text: question })];
    const body = make("div", { class: "card" });
    const doing = t.doing && !rated ? [make("span", { class: "doing", text: t.doing })] : [];
    if (rated) body.append(scale(round, at, t, legend, round.points.map((p) => ({ ...p, label: "" })), [words.unimportant, words.important]));
    else if (round.asks.includes("score")) body.append(scale(round, "score", t, [...legend, ...doing], round.points, [words.worst, words.best]));
    else body.append(make("h2", { text: `${t.number}. ${t.name}` }), ...doing);
    if (!rated && round.asks.includes("customer_effort")) body.append(make("div", { class: "more" }, scale(round, "customer_effort", t, [words.effort], round.effort, ["", ""])));
    if (!rated && round.asks.includes("comment")) body.append(comment(round, t));
    return body;
  };
  const kind = warm || rated ? [] : [make("p", { class: "soft", text: round.anonymous ? words.anonymous : words.by_name })];
  if (round.again && !rated) kind.unshift(make("p", { text: words.second }));
  return [make("h1", { text: question }), ...kind, ...round.touchpoints.map(card)];
}
function dots(round, column) {
  const most = round.dots[column];
  const row = (t) => {
    const put = (by) => {
      const n = (given(column, t.id).value || 0) + by;
      if (n >= 0 && (by < 0 || placed(column) < most)) answer(round.n, column, t.id, n);
    };
    const marks = make("span", { class: "marks", "aria-hidden": "true" });
    const many = make("span", { class: "aloud" });
    const [less, more] = [button("−", () => put(-1), { "aria-label": `${words.less}: ${t.name}` }), button("+", () => put(1), { "aria-label": `${words.more}: ${t.name}` })];
    const mark = told(round, column, t.id, false);
    parts.push(() => {
      const { value, is } = given(column, t.id);
      marks.textContent = "●".repeat(value || 0);
      many.textContent = value ? String(value) : "";
      less.setAttribute("aria-disabled", String(!value));
      more.setAttribute("aria-disabled", String(placed(column) >= most));
      mark.hidden = !is || (is === "sent" && !value);
    });
    return make("li", {}, make("span", {}, `${t.number}. ${t.name} `, marks, many), less, more, mark);
  };
  return [make("h1", { text: words[column] }), make("ul", { class: "rows" }, ...round.touchpoints.map(row))];
}

function collecting() {
  const round = state.round;
  const draft = JSON.parse(kept.get("draft") || "{}");
  const [name, channel] = [["name", "120"], ["channel", "60"]].map(([n, maxlength]) => make("input", { type: "text", name: n, maxlength, autocomplete: "off" }));
  [name.value, channel.value] = [draft.name || "", draft.channel || ""];
  const list = make("datalist", { id: "channels" }, ...round.channels.map((value) => make("option", { value })));
  channel.setAttribute("list", "channels");
  const picks = round.stages.map((s) => make("input", { type: "radio", name: "stage", value: s.id, checked: s.id === draft.stage }));
  const wrong = make("p", { class: "fault", role: "alert" });
  const stage = () => (picks.find((pick) => pick.checked) || {}).value;
  const add = (event) => {
    event.preventDefault();
    wrong.textContent = stage() ? (name.value.trim() ? "" : words.no_name) : words.no_stage;
    if (wrong.textContent) return (stage() ? name : picks[0]).focus();
    answer(round.n, "note", secret(), { name: name.value.trim(), stage: stage(), channel: channel.value.trim() });
    [name.value, channel.value] = ["", ""];
    typed();
    name.focus();
  };
  const typed = () => kept.set("draft", JSON.stringify({ name: name.value, channel: channel.value, stage: stage() }));
  const form = make("form", { on: { submit: add, input: typed } },
    make("fieldset", {}, make("legend", { text: words.stage }), make("div", { class: "stages" }, ...picks.map((pick, n) => make("label", { class: "pick" }, pick, make("span", { text: round.stages[n].name }))))),
    make("label", { text: words.name }, name), make("label", { text: words.channel }, channel, list), wrong, make("button", { class: "first", text: words.add }));
  const rows = make("ul", { class: "rows" });
  const heading = make("h2", { text: words.notes, tabindex: "-1" });
  const row = (key) => {
    const { value, is } = given("note", key);
    const place = round.stages.find((s) => s.id === value.stage);
    const undo = button(words.take_back, () => (answer(round.n, "note", key, null), heading.focus()), { class: "plain", "aria-label": `${words.take_back}: ${value.name}` });
    return make("li", {}, make("span", {}, make("b", { text: value.name }), make("br"), [place && place.name, value.channel].filter(Boolean).join(" · ")), undo,
      make("span", { class: "mark", "data-is": is, text: `${MARKS[is]} ${words[is]}` }));
  };
  parts.push(() => {
    const mine = cells("note").filter((key) => given("note", key).value).reverse();
    const refused = [...refusals].filter(([key]) => key.startsWith("note ")).map(([, text]) => text);
    const now = JSON.stringify([mine.map((key) => given("note", key)), refused]);
    if (rows.dataset.now === now) return;
    rows.dataset.now = now;
    rows.replaceChildren(...refused.map((text) => make("li", { class: "mark", "data-is": "refused", text: `${MARKS.refused} ${words.refused}: ${text}` })), ...mine.map(row));
    heading.hidden = !rows.children.length;
  });
  const there = round.stages.flatMap((s) => round.known.filter((t) => t.stage === s.id).map((t) => make("li", { text: `${t.name} · ${s.name}` })));
  const known = make("details", { hidden: !there.length }, make("summary", { text: `${words.known}: ${there.length}` }), make("ul", {}, ...there));
  return [make("h1", { text: words.collect }), make("p", { class: "soft", text: words.collect_how }), known, form, heading, rows, finish(round, [])];
}

// ---- begin ----
function wear(name) {
  kept.set("theme", name);
  document.documentElement.dataset.theme = name;
  theme.textContent = "◐ " + words[name === "dark" ? "light" : "dark"];
}
function scanned() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  kept.set("code", code);
  [door, fault] = [null, ""];
  if (inside === "out") join(code);
  if (inside === "ended") inside = "out";
  if (inside) draw();
}
const pick = kept.get("theme");
wear(pick || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
if (!pick) kept.drop("theme"); // nobody chose it
scanned();
addEventListener("hashchange", scanned);
addEventListener("storage", () => (refresh(), send()));
addEventListener("offline", () => ((trouble = true), refresh()));
addEventListener("online", () => (look(), sending.end()));
document.addEventListener("visibilitychange", () => {
  look();
  sending.end();
  if (document.hidden) stay();
});
addEventListener("pagehide", stay);
addEventListener("beforeunload", (event) => !keeps && queue.names().length && event.preventDefault());
function stay() {
  leaving();
  kept.set("at", `${shown}|${scrollY}`);
}
draw();
follow();
