// Sliders, the figures that follow from them, and a picture. The kernel computes; here is only what can be moved and seen.
function render({ model, el }) {
  const words = model.get("words"), sliders = model.get("sliders");
  el.classList.add("cjm-try");
  guard(el);
  const digits = (one) => (one.step < 1 ? 1 : 0);
  const shown = (one, n) => Number(n).toLocaleString(words.code, { minimumFractionDigits: digits(one), maximumFractionDigits: digits(one) });
  const moving = element("div", "cjm-sliders"), following = element("div", "cjm-following");
  const table = element("table"), picture = element("div", "cjm-picture"), note = element("p", "cjm-note");
  table.setAttribute("aria-live", "polite");
  following.append(table, note);
  const lines = sliders.map((one) => {
    const line = element("label"), slide = element("input"), now = element("output");
    Object.assign(slide, { type: "range", min: one.low, max: one.high, step: one.step, value: model.get("values")[one.id] });
    line.append(element("span", "", one.name), slide, now);
    moving.append(line);
    const tell = () => {
      now.textContent = shown(one, slide.value);
      line.dataset.moved = String(Math.abs(slide.value - one.at_first) > one.step / 2);
    };
    let waiting;
    slide.addEventListener("input", () => {
      tell();
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        model.set("values", { ...model.get("values"), [one.id]: Number(slide.value) });
        model.save_changes();
      }, 120);
    });
    tell();
    return { one, slide, tell };
  });
  const back = element("button", "cjm-button", words.back);
  back.type = "button";
  back.addEventListener("click", () => {
    model.set("values", Object.fromEntries(sliders.map((one) => [one.id, one.at_first])));
    model.save_changes();
  });
  moving.append(back);
  el.append(moving, following, picture);

  function show() {
    table.replaceChildren();
    const head = element("tr");
    for (const text of [words.figure, words.first, words.now]) head.append(element("th", "", text));
    table.append(head);
    for (const [name, first, now] of model.get("rows")) {
      const row = element("tr");
      row.dataset.moved = String(first !== now);
      row.append(element("td", "", name), element("td", "", first), element("td", "", now));
      table.append(row);
    }
    note.textContent = model.get("note");
    picture.innerHTML = model.get("picture"); // an SVG that the kit has drawn
  }
  model.on("change:rows change:picture change:note", show);
  model.on("change:values", () => {
    for (const { one, slide, tell } of lines) {
      if (document.activeElement !== slide) slide.value = model.get("values")[one.id];
      tell();
    }
  });
  show();
}

export default { render };
