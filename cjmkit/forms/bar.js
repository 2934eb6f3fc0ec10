// The line under a screen.
function button(label, go) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "cjm-button";
  b.textContent = label;
  b.addEventListener("click", go);
  return b;
}

// A screen whose kernel was restarted, here or in another tab, looks alive: ask it while somebody types, and say so.
function pulse(el, model) {
  const screen = el.closest(".cjm-screen");
  if (!screen) return requestAnimationFrame(() => pulse(el, model));
  let asked = 0;
  let next;
  let waiting;
  function ask() {
    next = next || setTimeout(send, Math.max(0, asked + 1500 - Date.now()));
  }
  function send() {
    next = undefined;
    asked = Date.now();
    waiting = waiting || setTimeout(() => screen.classList.add("cjm-lost"), 3000);
    model.send({ do: "ping" });
  }
  for (const kind of ["input", "keydown", "click"]) screen.addEventListener(kind, ask, true);
  model.on("msg:custom", (message) => {
    if (!message.pong) return;
    clearTimeout(waiting);
    waiting = undefined;
    screen.classList.remove("cjm-lost");
  });
}

function render({ model, el }) {
  const words = model.get("words");
  el.classList.add("cjm-bar");
  const undo = button("↶ " + words.undo, () => model.send({ do: "undo" }));
  const redo = button("↷ " + words.redo, () => model.send({ do: "redo" }));
  undo.title = "Ctrl+Z";
  redo.title = "Ctrl+Shift+Z";
  undo.hidden = redo.hidden = !words.undo;
  const again = button(words.again, () => model.send({ do: "save" }));
  const text = document.createElement("span");
  text.className = "cjm-status";
  text.setAttribute("role", "status");
  const cut = document.createElement("span");
  cut.className = "cjm-cut";
  cut.setAttribute("role", "alert");
  cut.textContent = words.cut;
  const ways = document.createElement("div");
  ways.className = "cjm-ways";
  el.append(undo, redo, text, again, cut, ways);

  function show() {
    undo.disabled = !model.get("can_undo");
    redo.disabled = !model.get("can_redo");
    text.textContent = model.get("text");
    el.dataset.tone = model.get("tone");
    const choices = model.get("ways");
    again.hidden = model.get("tone") !== "problem" || choices.length > 0;
    ways.replaceChildren(
      ...choices.map(({ name, label, about }) => {
        const line = document.createElement("div");
        line.append(button(label, () => model.send({ do: "settle", way: name })), " " + about);
        return line;
      })
    );
  }
  model.on("change", show);
  show();
  pulse(el, model);
  guardScreen(el, (name) => model.send({ do: name }));
}

export default { render };
