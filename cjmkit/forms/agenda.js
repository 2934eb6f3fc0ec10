// The agenda with its clock, large on a screen of its own or small on top of a notebook. It ticks here, in the browser;
// the kernel hears of it only when a button is pressed, the other notebooks at once.
const minute = 60000;

// Where a clock stands: the part, what is left of it, and when all of it ends.
function stand(clock, parts, now) {
  const part = Math.min(clock.part, parts.length - 1);
  const planned = (n) => (parts[n].minutes + ((clock.extra || {})[n] || 0)) * minute;
  const gone = clock.spent + (clock.since ? Math.max(0, now - Date.parse(clock.since)) : 0);
  const left = planned(part) - gone;
  let rest = Math.max(0, left);
  for (let n = part + 1; n < parts.length; n++) rest += planned(n);
  return { part, left, share: Math.min(1, gone / planned(part)), end: new Date(now + rest) };
}

const moves = {
  start: (clock, now, name) => ({ agenda: name, part: 0, spent: 0, since: now, started: now, extra: {} }),
  pause: (clock, now) => ({ ...clock, spent: clock.spent + Math.max(0, Date.parse(now) - Date.parse(clock.since)), since: "" }),
  goon: (clock, now) => ({ ...clock, since: now }),
  next: (clock, now) => ({ ...clock, part: clock.part + 1, spent: 0, since: now }),
  back: (clock, now) => ({ ...clock, part: Math.max(0, clock.part - 1), spent: 0, since: now }),
  more: (clock) => ({ ...clock, extra: { ...clock.extra, [clock.part]: ((clock.extra || {})[clock.part] || 0) + 5 } }),
  over: () => ({}),
};

function render({ model, el }) {
  const words = model.get("words");
  el.classList.add("cjm-agenda", ...(model.get("small") ? ["cjm-small"] : []));
  guard(el);
  const fill = (sentence, gaps) => sentence.replace(/\{(\w+)\}/g, (_, name) => gaps[name]);
  const small = model.get("small");
  const others = new BroadcastChannel("cjm-clock");
  const chosen = () => model.get("agendas").find((a) => a.name === model.get("clock").agenda);
  let choice = model.get("choice");

  function move(name) {
    const done = document.activeElement && el.contains(document.activeElement) ? name : "";
    model.set("clock", moves[name](model.get("clock"), new Date().toISOString(), choice));
    model.save_changes();
    others.postMessage({ client: model.get("client"), clock: model.get("clock") });
    build();
    if (done) (el.querySelector(`[data-move="${name}"]`) || el.querySelector("button"))?.focus();
  }

  function button(name, label, first) {
    const made = element("button", "cjm-button" + (first ? " cjm-first" : ""), label);
    made.type = "button";
    made.dataset.move = name;
    made.addEventListener("click", () => move(name));
    return made;
  }

  function list(parts, at) {
    const made = element("ol", "cjm-parts");
    parts.forEach((part, n) => {
      const minutes = part.minutes + ((model.get("clock").extra || {})[n] || 0);
      const line = element("li", n < at ? "cjm-past" : "", `${minutes} ${words.min} · ${part.what}`);
      if (n === at) line.setAttribute("aria-current", "step");
      made.append(line);
    });
    return made;
  }

  function ready() {
    const label = element("label", "", words.choose);
    const select = element("select");
    for (const agenda of model.get("agendas")) select.append(new Option(agenda.title, agenda.name));
    select.value = choice;
    const show = () => {
      choice = select.value;
      shown.replaceChildren(list(model.get("agendas").find((a) => a.name === choice).parts, -1));
    };
    const shown = element("div");
    select.addEventListener("change", show);
    label.append(select);
    const line = element("div", "cjm-entry");
    line.append(label, button("start", words.start, true));
    show();
    return [line, shown];
  }

  function running(agenda) {
    const clock = model.get("clock");
    const [now, left, bar, end] = ["cjm-now", "cjm-left", "cjm-gone", "cjm-end"].map((name) => element("div", name));
    left.setAttribute("role", "timer");
    bar.append(element("span"));
    const part = agenda.parts[clock.part];
    const buttons = element("div", "cjm-row");
    if (!part && small) return [];
    if (!part) {
      now.textContent = words.finished;
      buttons.append(button("back", words.back), button("over", words.over));
      return [now, buttons, list(agenda.parts, agenda.parts.length)];
    }
    now.textContent = part.what;
    if (small) return [now, left, button("next", words.next), button("more", words.more)];
    const then = agenda.parts[clock.part + 1];
    const next = element("div", "cjm-then", then ? `${words.then} ${then.what} (${then.minutes} ${words.min})` : words.last);
    buttons.append(
      button("next", words.next, true),
      button("more", words.more),
      clock.since ? button("pause", words.pause) : button("goon", words.goon),
      ...(clock.part ? [button("back", words.back)] : []),
      button("over", words.over)
    );
    return [now, left, bar, next, end, buttons, list(agenda.parts, clock.part)];
  }

  function build() {
    const agenda = chosen();
    const note = element("div", "cjm-fault", model.get("note"));
    note.setAttribute("role", "status");
    el.replaceChildren(...(agenda ? running(agenda) : small ? [] : ready()), note);
    tick();
  }

  function put(name, text) {
    const place = el.querySelector(name);
    if (place && place.textContent !== text) place.textContent = text;
  }

  function tick() {
    const agenda = chosen();
    const clock = model.get("clock");
    if (!agenda || !agenda.parts[clock.part]) return;
    const { left, share, end } = stand(clock, agenda.parts, Date.now());
    const minutes = left > 0 ? Math.ceil(left / minute) : Math.floor(-left / minute);
    put(".cjm-left", fill(left > 0 ? words.left : words.past, { n: minutes }) + (clock.since ? "" : ` · ${words.paused}`));
    el.dataset.tone = left > 0 ? "on" : "past";
    if (small) return;
    put(".cjm-end", fill(words.end, { time: end.toLocaleTimeString(model.get("language"), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }));
    el.querySelector(".cjm-gone span").style.width = `${share * 100}%`;
  }

  others.onmessage = ({ data }) => {
    if (data.client !== model.get("client")) return;
    model.set("clock", data.clock); // kept already, by the notebook in which the button was pressed
    build();
  };
  model.on("change:note", () => put(".cjm-fault", model.get("note")));
  build();
  const ticking = setInterval(tick, 1000);
  return () => {
    clearInterval(ticking);
    others.close();
  };
}

export default { render };
