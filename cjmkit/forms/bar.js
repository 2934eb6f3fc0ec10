// The line under a screen. It also keeps the notebook's one-letter shortcuts away from the screen's fields.
function button(label, go) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "cjm-button";
  b.textContent = label;
  b.addEventListener("click", go);
  return b;
}

function guard(el, model) {
  const screen = el.closest(".cjm-screen");
  if (!screen) return requestAnimationFrame(() => guard(el, model));
  // JupyterLab looks at the focused element first, so the mark must stand on that one.
  screen.addEventListener("focusin", (event) => (event.target.dataset.lmSuppressShortcuts = "true"));
  // What folds out is a heading that only a mouse can press: let keys press it too.
  const folds = () =>
    screen.querySelectorAll(".jupyter-widget-Collapse-header:not([tabindex])").forEach((fold) => {
      fold.tabIndex = 0;
      fold.setAttribute("role", "button");
    });
  new MutationObserver(folds).observe(screen, { childList: true, subtree: true });
  folds();
  screen.addEventListener("keydown", (event) => {
    if (event.target.matches(".jupyter-widget-Collapse-header") && [" ", "Enter"].includes(event.key)) {
      event.preventDefault();
      return event.target.click();
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return event.preventDefault();
    const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea");
    if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    model.send({ do: event.shiftKey ? "redo" : "undo" });
  });
}

function render({ model, el }) {
  const words = model.get("words");
  el.classList.add("cjm-bar");
  const undo = button("↶ " + words.undo, () => model.send({ do: "undo" }));
  const redo = button("↷ " + words.redo, () => model.send({ do: "redo" }));
  undo.title = "Ctrl+Z";
  redo.title = "Ctrl+Shift+Z";
  const again = button(words.again, () => model.send({ do: "save" }));
  const text = document.createElement("span");
  text.className = "cjm-status";
  text.setAttribute("role", "status");
  const cut = document.createElement("span");
  cut.className = "cjm-cut";
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
  guard(el, model);
}

export default { render };
