// An exercise: the question, the choices or a field, and what the kernel says to the answer. It knows no solution.
// **bold**, *slanted* and paragraphs; everything else is text.
function paragraphs(place, text) {
  for (const part of text.split(/\n\s*\n/)) {
    const p = element("p");
    for (const piece of part.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/)) {
      const tag = piece.startsWith("**") ? "b" : piece.startsWith("*") ? "i" : "";
      p.append(tag ? element(tag, "", piece.replace(/^\*+|\*+$/g, "")) : piece);
    }
    place.append(p);
  }
}

function render({ model, el }) {
  const words = model.get("words"), kind = model.get("kind"), id = model.get("id");
  el.classList.add("cjm-exercise");
  guard(el);
  el.append(element("h4", "", words.exercise));
  const ask = element("div");
  paragraphs(ask, model.get("ask"));
  const form = element("form"), group = `cjm-${id}-${Math.random()}`;
  el.append(ask, form);
  const was = model.get("answer");
  let read;
  if (kind === "choice" || kind === "several") {
    const chosen = [was].flat();
    for (const [key, label] of model.get("choices")) {
      const line = element("label", "cjm-choice"), box = element("input");
      Object.assign(box, { type: kind === "choice" ? "radio" : "checkbox", name: group, value: key, checked: chosen.includes(key) });
      line.append(box, element("span", "", label));
      form.append(line);
    }
    read = () => {
      const on = [...form.querySelectorAll("input:checked")].map((box) => box.value);
      return kind === "choice" ? on[0] ?? "" : on;
    };
  } else {
    const field = element(kind === "one" ? "select" : kind === "words" ? "textarea" : "input");
    if (kind === "one") {
      field.append(new Option(words.choose, ""), ...model.get("choices").map(([key, label]) => new Option(label, key)));
    } else if (kind === "number") field.inputMode = "decimal";
    else field.rows = 4;
    field.setAttribute("aria-label", words.answer);
    field.placeholder = words.answer;
    if (was !== null && was !== undefined) field.value = was;
    form.append(field);
    read = () => field.value;
  }
  const button = element("button", "cjm-button cjm-first", words.check);
  const said = element("div", "cjm-said");
  said.setAttribute("role", "status");
  form.append(button);
  el.append(said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    model.send({ answer: read() });
  });

  function show() {
    const right = model.get("right"), text = model.get("said");
    said.replaceChildren();
    said.dataset.right = text ? String(right) : "";
    if (text) said.append(element("p", "", (right ? "✓ " : "") + text));
    model.get("rubric").forEach((line, n) => {
      const label = element("label", "cjm-choice"), box = element("input");
      Object.assign(box, { type: "checkbox", checked: model.get("ticked").includes(n), value: n });
      box.addEventListener("change", () => {
        model.send({ ticked: [...said.querySelectorAll("input:checked")].map((one) => Number(one.value)) });
      });
      label.append(box, element("span", "", line));
      said.append(label);
    });
  }
  model.on("change:said change:right change:rubric", show);
  show();
}

export default { render };
