// Keeps the notebook's one-letter shortcuts away from a screen's fields, and lets keys do what a mouse can.
function guard(screen, go) {
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
    if (!go || typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    go(event.shiftKey ? "redo" : "undo");
  });
}

// The same for the screen that this part stands in, as soon as it stands there.
function guardScreen(el, go) {
  const screen = el.closest(".cjm-screen");
  if (screen) guard(screen, go);
  else requestAnimationFrame(() => guardScreen(el, go));
}

// A part of a page with its class and its text.
function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}
