// One person at the laptop: who, then each situation with the scale's buttons, then the dots; nothing of anybody else.
function make(tag, text, kind) {
  const e = document.createElement(tag);
  if (text) e.textContent = text;
  if (kind) e.className = kind;
  return e;
}

function render({ model, el }) {
  el.classList.add("cjm-ballot");
  const words = model.get("words");
  let at = 0;
  let page = "";

  function button(label, go, kind = "") {
    const b = make("button", label, `cjm-button ${kind}`);
    b.type = "button";
    b.addEventListener("click", go);
    return b;
  }

  function show(focus) {
    const asks = model.get("asks");
    if (!model.get("who")) page = "who";
    else if (page === "who" || ![...asks, "done"].includes(page)) [page, at] = [asks[0] || "done", 0];
    const holder = make("div");
    ({ who, score, done }[page] || dots)(holder);
    el.replaceChildren(holder);
    const first = el.querySelector("[data-first]") || el.querySelector("button");
    if (focus && first) first.focus();
  }

  function turn(to) {
    const pages = [...model.get("asks"), "done"];
    page = pages[Math.max(0, Math.min(pages.indexOf(page) + to, pages.length - 1))];
    at = to < 0 && page === "score" ? model.get("touchpoints").length - 1 : 0;
    show(true);
  }

  function who(holder) {
    const form = make("form", "", "cjm-entry");
    const fields = ["name", "team"].map((name) => {
      const label = make("label", words[name]);
      const input = make("input");
      const list = make("datalist");
      input.name = name;
      input.autocomplete = "off";
      list.id = `cjm-${name}-${Math.random().toString(36).slice(2)}`;
      model.get(name + "s").forEach((text) => list.append(new Option(text)));
      input.setAttribute("list", list.id);
      label.append(input, list);
      form.append(label);
      return input;
    });
    fields[0].dataset.first = "";
    const note = make("p", model.get("note"), "cjm-fault");
    note.setAttribute("role", "status");
    const start = (event) => {
      event.preventDefault();
      if (!fields[0].value.trim()) return fields[0].focus();
      if (!fields[1].value.trim() && event.target === fields[0]) return fields[1].focus();
      model.send({ start: fields.map((f) => f.value) });
    };
    const go = make("button", words.start, "cjm-button cjm-first");
    form.append(go, note);
    form.addEventListener("submit", start);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) start(event);
    });
    holder.append(make("h3", words.off), make("p", words.about), form);
  }

  function situation(t) {
    const card = make("div", "", "cjm-situation");
    card.append(make("h3", `${t.number}. ${t.name}`));
    if (t.doing) card.append(make("p", t.doing));
    return card;
  }

  function steps(holder, back, on) {
    const row = make("div", "", "cjm-row");
    row.append(button("← " + words.back, back), on);
    holder.append(row);
  }

  function score(holder) {
    const all = model.get("touchpoints");
    const t = all[at];
    const given = model.get("given").score || {};
    if (!t) return turn(1);
    const next = () => (at + 1 < all.length ? ((at += 1), show(true)) : turn(1));
    const back = () => at > 0 && ((at -= 1), show(true));
    const take = (value) => {
      answer("score", t.id, value);
      next();
    };
    holder.append(make("p", `${model.get("who")} · ${at + 1} / ${all.length}`, "cjm-note"), situation(t));
    holder.append(make("p", model.get("question"), "cjm-question"));
    const scale = make("div", "", "cjm-scale");
    scale.setAttribute("role", "group");
    scale.setAttribute("aria-label", model.get("question"));
    const points = model.get("points");
    const chosen = points.findIndex((p) => p.value === given[t.id]);
    points.forEach((p, n) => {
      const b = button("", () => take(p.value));
      b.append(make("b", p.shown), make("small", p.label));
      b.setAttribute("aria-pressed", String(n === chosen));
      if (n === Math.max(chosen, 0)) b.dataset.first = "";
      scale.append(b);
    });
    scale.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to = step && scale.children[[...scale.children].indexOf(document.activeElement) + step];
      if (!step) return;
      event.preventDefault();
      if (to) to.focus();
    });
    holder.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const hit = points.find((p) => p.key === event.key);
      if (hit) {
        event.preventDefault();
        take(hit.value);
      } else if (event.key === "Backspace") back();
    };
    holder.append(scale, make("p", words.keys, "cjm-note"));
    steps(holder, back, button(words.next + " →", next));
  }

  function dots(holder) {
    const column = page;
    const most = model.get("dots")[column];
    const given = { ...(model.get("given")[column] || {}) };
    const left = make("p", "", "cjm-question");
    left.setAttribute("role", "status");
    const count = () => Object.values(given).reduce((a, b) => a + b, 0);
    holder.append(make("h3", words[column]), left);
    const list = make("div", "", "cjm-dots");
    const rows = model.get("touchpoints").map((t) => {
      const row = make("div");
      const marks = make("span", "", "cjm-marks");
      const put = (by) => {
        const n = (given[t.id] || 0) + by;
        if (n < 0 || (by > 0 && count() >= most)) return;
        given[t.id] = n;
        answer(column, t.id, n);
        told();
      };
      const less = button("−", () => put(-1));
      const more = button("+", () => put(1));
      less.setAttribute("aria-label", `${words.less}: ${t.name}`);
      more.setAttribute("aria-label", `${words.more}: ${t.name}`);
      less.tabIndex = -1;
      more.addEventListener("keydown", (event) => {
        const by = { "+": 1, "=": 1, ArrowRight: 1, "-": -1, ArrowLeft: -1 }[event.key];
        const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (by || to) event.preventDefault();
        if (by) put(by);
        const next = to && rows[rows.findIndex((r) => r.more === more) + to];
        if (next) next.more.focus();
      });
      const name = make("span", `${t.number}. ${t.name}`);
      name.title = t.doing;
      row.append(name, marks, less, more);
      list.append(row);
      return { t, more, less, marks };
    });
    if (rows[0]) rows[0].more.dataset.first = "";
    function told() {
      const rest = most - count();
      left.textContent = words.left.replace("{n}", rest).replace("{most}", most);
      for (const { t, more, less, marks } of rows) {
        marks.textContent = "●".repeat(given[t.id] || 0);
        more.setAttribute("aria-disabled", String(rest <= 0));
        less.disabled = !given[t.id];
      }
    }
    told();
    holder.append(list, make("p", words.dotkeys, "cjm-note"));
    steps(holder, () => turn(-1), button(words.next + " →", () => turn(1), "cjm-first"));
  }

  function done(holder) {
    const all = model.get("touchpoints");
    const given = model.get("given").score || {};
    const open = all.filter((t) => given[t.id] === undefined);
    holder.append(make("h3", words.check));
    if (open.length && model.get("asks").includes("score")) {
      const line = make("p", words.open + " ");
      open.forEach((t) => line.append(button(String(t.number), () => ((page = "score"), (at = all.indexOf(t)), show(true))), " "));
      holder.append(line);
    }
    const finish = button(words.done, () => model.send({ done: true }), "cjm-first");
    finish.dataset.first = "";
    holder.append(make("p", words.handover));
    steps(holder, () => turn(-1), finish);
  }

  function answer(column, id, value) {
    const given = model.get("given");
    model.set("given", { ...given, [column]: { ...given[column], [id]: value } });
    model.send({ answer: [column, id, value] });
  }

  model.on("change:who", () => ((page = model.get("who") ? "" : "who"), show(el.contains(document.activeElement))));
  model.on("change:touchpoints change:asks change:points change:teams change:names change:question", () => show(el.contains(document.activeElement)));
  model.on("change:note", () => {
    const note = el.querySelector(".cjm-fault");
    if (note) note.textContent = model.get("note");
  });
  show(false);
}

export default { render };
