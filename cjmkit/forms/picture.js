// The picture under a screen. What stands in it with data-choose can be chosen: by a click, or by arrows and Enter.
function render({ model, el }) {
  const scrolled = () => [el, ...el.querySelectorAll(".cjm-scroll, .cjm-board")];
  const choices = () => [...el.querySelectorAll("[data-choose]")];

  let seen;

  // Another one was chosen: what scrolls shows it, the page stays where it is.
  function inSight(chosen, frame) {
    const a = chosen.getBoundingClientRect();
    const b = frame.getBoundingClientRect();
    const c = (el.querySelector(".cjm-sight") || chosen).getBoundingClientRect();
    if (a.left < b.left || a.right > b.right) frame.scrollLeft += a.left - b.left - (b.width - a.width) / 2;
    if (c.top < b.top || c.bottom > b.bottom) frame.scrollTop += c.top - b.top - Math.max(0, (b.height - c.height) / 2);
  }

  // What was chosen elsewhere is marked here, without the picture being sent anew.
  function mark() {
    const name = model.get("chosen");
    if (name) choices().forEach((e) => e.classList.toggle("cjm-chosen", e.dataset.choose === name));
    const chosen = el.querySelector(".cjm-scroll .cjm-chosen, .cjm-board .cjm-chosen");
    if (chosen && chosen.dataset.choose !== seen) inSight(chosen, chosen.closest(".cjm-scroll, .cjm-board"));
    seen = chosen ? chosen.dataset.choose : seen;
  }

  function show() {
    const places = scrolled().map((e) => [e.scrollLeft, e.scrollTop]);
    const held = el.contains(document.activeElement) ? document.activeElement.dataset.choose : undefined;
    el.innerHTML = model.get("value");
    scrolled().forEach((e, n) => places[n] && e.scrollTo(...places[n]));
    mark();
    const all = choices();
    const first = all.find((e) => e.dataset.choose === held) || all.find((e) => e.matches(".cjm-chosen")) || all[0];
    all.forEach((e) => (e.tabIndex = e === first ? 0 : -1));
    if (held !== undefined && first) first.focus({ preventScroll: true });
  }

  // The nearest in the arrow's direction: down the column, or across to the next one.
  function beside(from, key) {
    const a = from.getBoundingClientRect();
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    const far = (e) => {
      const b = e.getBoundingClientRect();
      const x = b.left - a.left;
      const y = b.top - a.top;
      if (across ? x * sign < 5 : y * sign < 5 || Math.abs(x) > 5) return Infinity;
      return across ? Math.abs(x) * 1000 + Math.abs(y) : Math.abs(y);
    };
    const near = choices().map((e) => [far(e), e]).sort((one, two) => one[0] - two[0])[0];
    if (near && near[0] < Infinity) return near[1];
    return across ? from : choices()[choices().indexOf(from) + sign] || from;
  }

  el.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]");
    if (choice) model.send({ choose: choice.dataset.choose });
  });
  el.addEventListener("keydown", (event) => {
    const choice = event.target.closest("[data-choose]");
    if (!choice) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (!event.repeat) model.send({ choose: choice.dataset.choose });
    } else if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const next = beside(choice, event.key);
      choices().forEach((e) => (e.tabIndex = e === next ? 0 : -1));
      next.focus();
    }
  });
  // The cursor goes to a field of the screen, as soon as that has folded out.
  function go(where, tries = 30) {
    const field = el.closest(".cjm-screen")?.querySelector(where);
    if (field && field.offsetParent) field.focus();
    else if (tries) requestAnimationFrame(() => go(where, tries - 1));
  }
  model.on("msg:custom", (message) => {
    if (message.go) go(message.go);
    // The button that was pressed is gone; the cursor goes on, unless somebody types elsewhere by now.
    if (message.next && !document.activeElement?.matches("input, textarea, select")) go(message.next);
  });
  model.on("change:value", show);
  model.on("change:chosen", mark);
  show();
}

export default { render };
