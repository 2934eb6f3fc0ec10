// The facilitator's desk: what comes next first and large; who is here and how far; never what was given.
"use strict";

const places = Object.fromEntries(["head", "fault", "step", "merge", "others", "address", "people"].map((name) => [name, el(name === "head" ? "header" : "section", { id: name })]));
places.fault.setAttribute("role", "alert");
document.body.append(places.head, places.fault, el("main", {}, el("div", {}, places.step, places.merge, places.others), el("aside", {}, places.address, places.people)));
if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";

let now = null; // the room's last answer
let asking = ""; // what the facilitator is to confirm
let merging = false;
let tested = 0; // when the test began
let busy = false;
const chosen = { persona: null, asks: {}, rating: null, anonymous: false, whole: false };

function show(s, sentence = "") {
  if (now?.phase === "ended") return undefined;
  if (!s) return fault(sentence);
  if (now === null || places.fault.dataset.kind === "gone") fault("");
  now = s;
  if (s.kind !== "collect") merging = false;
  if (!s.testing) tested = 0;
  else if (!tested) tested = Date.now();
  document.title = `${say("desk")} · ${s.title || s.client}`;
  fill(places.head, [s.title, s.client], () => head(s));
  if (s.phase === "ended") {
    places.head.after(el("p", { class: "over" }, say("over")));
    document.querySelector("main").remove();
    return undefined;
  }
  const trouble = tested && Date.now() - tested > 20000;
  fill(places.step, [s.phase, s.kind, s.did, s.joined > 0, s.testing, s.reached, s.picture, s.drawn, s.coming, s.testing && [s.addresses, trouble], s.notes.length, merging, asking && done(s), asking, chosen], () => step(s, trouble));
  fill(places.others, [chosen, s.phase, s.kind, s.did, s.joined > 0, s.testing, s.reached, s.coming, asking, merging, chosen.persona], () => others(s));
  fill(places.merge, merging && [s.notes, s.proposed], () => (merging ? merge(s) : null));
  fill(places.address, [s.host, s.port, s.code, s.addresses, s.joined > 0, s.testing], () => address(s));
  fill(places.people, [s.late, s.people, s.phase, s.kind, s.anonymous, s.knocking], () => people(s));
  return undefined;
}

function fault(sentence) {
  if (places.fault.textContent === sentence) return;
  places.fault.dataset.kind = sentence === say("gone") ? "gone" : "";
  places.fault.replaceChildren(...(sentence ? [el("p", { class: "fault" }, sentence)] : []));
}

async function act(what, values = {}) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    const status = await post("/do", { do: what, ...values });
    asking = "";
    fault("");
    if (what !== "decide") merging = false;
    show(status);
  } catch (error) {
    fault(error instanceof TypeError ? say("gone") : error.message);
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

const again = (change) => () => { change(); show(now); };
const button = (name, onclick, { first = false, label = say(name), key = name } = {}) => el("button", { type: "button", class: first ? "first" : "", "data-key": key, onclick }, label);

function head(s) {
  return [el("div", {}, el("h1", {}, s.title || s.client), el("p", { class: "soft" }, `${say("desk")} · ${say("private")}`)),
    el("a", { class: "wall", href: "/wall", target: "cjmkit-wall", title: say("wall_hint") }, `${say("open_wall")} ↗`)];
}

// What comes next, in the order of a workshop.
function next(s) {
  const last = s.did[s.did.length - 1];
  if (s.phase === "closed") return "show";
  if (s.phase === "shown") return s.round > 1 ? "end" : "score";
  if (!last) return s.joined || s.reached ? "warm-up" : "test";
  return last === "warm-up" && who(s).first && !who(s).begun ? "collect" : "score";
}

const who = (s) => s.coming.find((one) => one.id === chosen.persona) || s.coming[0];
const naming = (s, name) => (name !== "score" ? name : who(s).begun ? "begun" : who(s).first ? "score" : chosen.whole ? "anew" : "again");

function go(s, name) {
  if (name === "test") return () => act("test", { on: true });
  if (name === "show") return () => act("show", { on: true });
  if (name === "end") return again(() => { asking = "end"; });
  if (name !== "score") return () => act("open", { kind: name });
  return () => act("open", { kind: "score", ...options(s) });
}

function options(s) {
  const of = who(s);
  const asks = ["score", ...EXTRAS.filter((extra) => ticked(of, extra))];
  const rating = chosen.rating ?? of.importance === "rating";
  return { asks, importance: rating ? "rating" : "dots", ...(chosen.anonymous ? { anonymous: true } : {}), ...(chosen.whole ? { whole: true } : {}), ...(of.id ? { persona: of.id } : {}) };
}

const EXTRAS = ["importance", "moment_of_truth", "customer_effort", "comment"];
const DOTS = ["importance", "moment_of_truth"];
const ticked = (of, extra) => chosen.asks[extra] ?? (of.asks.includes(extra) || (chosen.whole && DOTS.includes(extra)));

function step(s, trouble) {
  if (asking === "end") return sure("end", say("end_text"), "yes_end", () => act("end"));
  if (s.testing) return testing(s, trouble);
  if (s.phase === "open") return running(s);
  const name = next(s), words = naming(s, name);
  const drawn = s.phase === "closed" || s.phase === "shown" ? pages(s) : null;
  return [el("p", { class: "soft" }, say("next")),
    el("p", { class: "large" }, button(name, go(s, name), { first: true, label: say(words) })),
    el("p", {}, say(`${words}_text`)), name === "score" ? folded(s) : null, drawn];
}

function sure(key, text, yes, onyes) {
  return [el("p", { class: "question" }, text), el("p", {}, button(yes, onyes, { first: true, key: `sure-${key}` }), button("no", again(() => { asking = ""; })))];
}

function running(s) {
  const unfinished = done(s) < s.joined, close = `close_${s.kind}`;
  const count = () => act("close");
  if (asking === "close") return sure("close", say("sure", { done: done(s), all: s.joined }), "yes_close", count);
  if (merging) return [el("h2", {}, say("merging")), el("p", {}, say("merging_text")), el("p", {}, button("take", count, { first: true }), button("collect_on", again(() => { merging = false; })))];
  const close_it = s.kind === "collect" ? again(() => { merging = true; }) : s.kind === "score" ? () => (done(now) < now.joined ? again(() => { asking = "close"; })() : count()) : count;
  return [el("h2", {}, say(`open_${s.kind}`)), s.question ? el("p", {}, s.question) : null,
    s.kind === "collect" ? el("p", { class: "count" }, say("notes", { n: s.notes.length })) : null,
    el("p", { class: "large" }, button(close, close_it, { first: true })),
    s.kind === "score" ? el("p", {}, button("paper", () => act("close", { on_paper: true })), " ", el("span", { class: "soft" }, say("paper_text"))) : null];
}

function pages(s) {
  const names = s.drawn.length ? s.drawn : [];
  const on = s.phase === "shown" ? s.picture : chosen.picture && names.includes(chosen.picture) ? chosen.picture : s.picture;
  const turn = (name) => (s.phase === "shown" ? () => act("show", { on: true, picture: name }) : again(() => { chosen.picture = name; }));
  const tabs = names.map((name) => el("button", { type: "button", "data-key": name, "aria-pressed": String(name === on), onclick: turn(name) }, say(name)));
  const drawing = el("p", { class: "soft", hidden: Boolean(names.length) }, say("drawing"));
  const shown = picture(s, names.includes(on) ? on : "three");
  shown.addEventListener("error", async () => {
    const answer = await fetch(shown.src);
    if (!answer.ok && answer.status !== 404) fault((await answer.json()).error);
  });
  return [el("p", { class: "tabs" }, tabs, s.phase === "shown" ? button("hide", () => act("show", { on: false })) : null), s.phase === "shown" ? el("p", { class: "soft" }, say("shown_text")) : null, drawing, shown].filter(Boolean);
}

function others(s) {
  if (s.testing || s.phase === "open" || asking) return null;
  const first = next(s), names = ["test", "warm-up", "collect", "score", "end"].filter((name) => name !== first);
  return [el("h2", {}, say("others")), el("p", {}, names.map((name) => button(name, go(s, name), { label: say(naming(s, name)) }))), first === "score" ? null : folded(s)];
}

function folded(s) {
  const of = who(s);
  const tick = (key, on, change, text = say(key)) => el("label", {}, el("input", { type: "checkbox", checked: on, "data-key": key, onchange: (event) => again(() => change(event.target.checked))() }), ` ${text}`);
  const personas = s.coming.length > 1 ? el("p", {}, el("label", {}, `${say("persona")} `, el("select", { "data-key": "persona", onchange: (event) => again(() => { chosen.persona = event.target.value; chosen.asks = {}; })() },
    s.coming.map((one) => el("option", { value: one.id, selected: one.id === of.id }, one.name || one.id))))) : null;
  return el("details", { "data-key": "options" }, el("summary", { "data-key": "options-head" }, say("options")), personas,
    EXTRAS.map((extra) => tick(extra, ticked(of, extra), (on) => { chosen.asks[extra] = on; })),
    tick("rating", chosen.rating ?? of.importance === "rating", (on) => { chosen.rating = on; if (on) chosen.asks.importance = true; }),
    of.first || of.begun ? null : tick("whole", chosen.whole, (on) => { chosen.whole = on; }),
    tick("anonymous", chosen.anonymous, (on) => { chosen.anonymous = on; }));
}

function testing(s, trouble) {
  const stop = el("p", {}, button("stop", () => act("test", { on: false })));
  const found = s.addresses.find((one) => one.ip === s.reached);
  if (s.reached) return [el("h2", {}, say("test")), el("p", { class: "count" }, `✓ ${say("reached", { address: s.reached, card: found ? found.card : "" })}`),
    el("p", { class: "large" }, button("use", () => act("listen", { host: s.reached }), { first: true })), stop];
  const card = (one) => el("li", {}, one.answers ? qr(s, one.ip) : null, el("b", {}, `http://${one.ip}:${s.port}`), el("span", {}, one.card), one.answers ? null : el("span", { class: "fault" }, say("silent")),
    button("use", () => act("listen", { host: one.ip }), { key: `use-${one.ip}` }));
  const real = s.addresses.filter((one) => !one.virtual), virtual = s.addresses.filter((one) => one.virtual);
  if (!real.length) return [el("h2", {}, say("test")), el("p", { class: "fault" }, say("nowhere")), stop];
  const values = { port: s.port, client: s.client, url: `http://${real[0].ip}:${s.port}` };
  const answer = (name, ...more) => el("details", { "data-key": name }, el("summary", { "data-key": `${name}-head` }, say(name)), el("p", {}, say(`${name}_text`, values)), more);
  return [el("h2", {}, say("test")), el("p", {}, say("test_how")), el("div", { class: "trial" }, el("ul", { class: "codes" }, real.map(card)),
    el("div", {}, el("p", { class: "count", role: "status" }, say("waiting")), el("p", { class: "soft" }, say("own")), el("p", { class: "plain" }, `${say("code")}: ${spaced(s.code)}`), stop, el("details", { "data-key": "trouble", open: Boolean(trouble) }, el("summary", { "data-key": "trouble-head" }, el("b", {}, say("trouble"))),
      answer("spins", ["windows", "macos", "linux"].map((name) => el("p", { class: "way" }, say(name, values)))), answer("other"), answer("secure"), answer("vpn"), answer("nothing"),
      virtual.length ? el("details", { "data-key": "virtuals" }, el("summary", {}, say("virtuals")), el("ul", { class: "codes" }, virtual.map(card))) : null)))];
}

function merge(s) {
  const kept = s.notes.filter((note) => s.proposed[note.key] === "new");
  const name = (to) => s.there[to] || (s.notes.find((note) => note.key === to) || {}).name || to;
  return el("ul", { class: "notes" }, s.notes.map((note, n) => {
    const to = s.proposed[note.key];
    const targets = [...new Set([to, ...Object.keys(s.there), ...kept.map((other) => other.key)])].filter((one) => one !== "new" && one !== "out" && one !== note.key);
    const option = (value, text) => el("option", { value, selected: value === to }, text);
    const stage = n && s.notes[n - 1].stage === note.stage ? null : el("li", {}, el("h3", {}, s.stages[note.stage] || note.stage));
    return [stage, el("li", { class: to === "new" ? "" : "soft" }, el("span", {}, el("b", {}, note.name), note.channel ? ` · ${note.channel}` : ""),
      el("select", { "data-key": note.key, "aria-label": note.name, onchange: (event) => act("decide", { key: note.key, to: event.target.value }) },
        option("new", say("new")), option("out", say("out")), targets.map((one) => option(one, say("same", { name: name(one) })))))];
  }));
}

function address(s) {
  if (s.testing) return null;
  const here = s.only_here ? el("p", { class: "fault" }, say("only_here")) : null;
  const choice = (ip, text) => el("label", {}, el("input", { type: "radio", name: "host", value: ip, checked: ip === s.host, "data-key": `host-${ip}` }), ` ${text}`);
  const listen = () => act("listen", { host: document.querySelector("[name=host]:checked").value });
  return [el("div", { class: "where" }, qr(s, s.host), el("div", {}, el("h2", {}, say("address")), el("p", { class: "plain" }, origin(s)), el("h2", {}, say("code")), el("p", { class: "plain" }, spaced(s.code)))), here,
    el("details", { "data-key": "change" }, el("summary", { "data-key": "change-head" }, say("change")), el("fieldset", {}, el("legend", { class: "aloud" }, say("address")),
      choice("127.0.0.1", say("here")), s.addresses.map((one) => choice(one.ip, `${one.ip}, ${one.card}`))),
    s.joined ? el("p", { class: "soft" }, say("change_text")) : null, el("p", {}, button("use", listen, { key: "listen" })))];
}

function people(s) {
  const door = s.knocking.length ? [el("p", { class: "fault" }, say("knocking")), el("p", {}, s.knocking.map((number) => button("admit", () => act("admit", { number }), { label: say("admit", { number }), key: `admit-${number}` })))] : [];
  const late = Object.entries(s.late).map(([name, n]) => `${s.anonymous ? "" : `${name}: `}${n}`);
  const lost = late.length ? [el("p", { class: "fault" }, say("late", { who: late.join(", ") }))] : [];
  return [...door, ...lost, el("h2", {}, say("who")), board(s, { most: 100, given: s.kind !== "collect" })];
}

follow(show);
