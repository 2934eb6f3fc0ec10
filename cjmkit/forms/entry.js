// A line to enter things as quickly as a sticky note: fields, Enter, the next one; a pasted table goes over whole.
function control(field, model) {
  const label = document.createElement("label");
  label.textContent = field.label;
  if (field.grow) label.className = "cjm-grow";
  let input;
  if (field.options && !field.free) {
    input = document.createElement("select");
  } else {
    input = document.createElement("input");
    input.type = field.type || "text";
    input.placeholder = field.hint || "";
    input.autocomplete = "off";
    if (field.options) {
      const list = document.createElement("datalist");
      list.id = `cjm-${model.model_id || Math.random()}-${field.name}`;
      input.setAttribute("list", list.id);
      label.append(list);
    }
  }
  input.name = field.name;
  label.append(input);
  offer(field, label, input);
  return { label, input };
}

function offer(field, label, input) {
  if (!field.options) return;
  const value = input.value;
  const options = field.options.map(([value, name]) => (field.free ? new Option(value) : new Option(name, value)));
  (field.free ? label.querySelector("datalist") : input).replaceChildren(...options);
  if (value) input.value = value;
  if (!field.free && input.selectedIndex < 0) input.selectedIndex = 0;
}

function render({ model, el }) {
  el.classList.add("cjm-entry");
  const form = document.createElement("form");
  form.className = "cjm-entry";
  const note = document.createElement("div");
  note.className = "cjm-note";
  note.setAttribute("role", "status");
  const lost = document.createElement("div");
  lost.className = "cjm-note cjm-fault";
  lost.setAttribute("role", "alert");
  const sent = new Map(); // what the kernel has not answered yet; it is never lost, only late
  let inputs = [];
  let shape = "";
  let n = 0;

  function late() {
    const lines = [...sent.values()].map((values) => Object.values(values).filter(Boolean).join(" · "));
    lost.textContent = lines.length ? [model.get("unanswered"), ...lines].join(" ") : "";
  }

  function build() {
    // Only what is offered has changed: the fields stay, and with them the cursor and what is being typed.
    const now = JSON.stringify(model.get("fields").map((field) => ({ ...field, options: Boolean(field.options) })));
    if (now === shape) return model.get("fields").forEach((f, n) => offer(f, inputs[n].closest("label"), inputs[n]));
    shape = now;
    const old = Object.fromEntries(inputs.map((i) => [i.name, i.value]));
    const typing = inputs.find((i) => i === document.activeElement);
    const cursor = typing && typing.tagName === "INPUT" ? [typing.selectionStart, typing.selectionEnd] : null;
    const controls = model.get("fields").map((field) => ({ field, ...control(field, model) }));
    inputs = controls.map((c) => c.input);
    for (const { field, input } of controls) {
      if (old[field.name] !== undefined) input.value = old[field.name];
      else if (field.value !== undefined) input.value = field.value;
      if (input.tagName === "SELECT" && input.selectedIndex < 0) input.selectedIndex = 0;
      input.addEventListener("paste", pasted);
    }
    const add = document.createElement("button");
    add.className = "cjm-button cjm-first";
    add.textContent = model.get("button");
    form.replaceChildren(...controls.map((c) => c.label), add, note, lost);
    const same = typing && inputs.find((i) => i.name === typing.name); // the cursor stays where it was
    if (same) same.focus();
    if (same && cursor && cursor[0] !== null && same.tagName === "INPUT") same.setSelectionRange(...cursor);
  }

  function first() {
    return inputs[model.get("fields").findIndex((f) => f.first)] || inputs.find((i) => i.tagName === "INPUT");
  }

  function pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!model.get("pastes") || !/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    model.send({ pasted: text, beside: Object.fromEntries(inputs.map((i) => [i.name, i.value])) });
  }

  function enter(event) {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map((i) => [i.name, i.value]));
    const needed = first();
    if (!needed.value.trim()) return needed.focus();
    sent.set(++n, values);
    model.send({ entered: values, n });
    setTimeout(late, 3000);
    model.get("fields").forEach((field, n) => {
      if (field.keep) return;
      inputs[n].value = field.value || "";
      if (inputs[n].selectedIndex < 0) inputs[n].selectedIndex = 0;
    });
    needed.focus();
  }

  form.addEventListener("submit", enter);
  // JupyterLab takes Enter away from forms; while letters are being composed (Chinese), Enter chooses among them.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName !== "BUTTON" && !event.isComposing) enter(event);
  });
  // What could not be taken comes back into the line, unless the next is being typed already.
  model.on("msg:custom", (message) => {
    if (sent.delete(message.heard) && lost.textContent) late();
    if (message.back && !first().value) inputs.forEach((i) => (i.value = message.back[i.name] ?? i.value));
    if (message.choose) inputs.forEach((i) => (i.value = message.choose[i.name] ?? i.value));
  });
  model.on("change:fields", build);
  model.on("change:note", () => (note.textContent = model.get("note")));
  build();
  note.textContent = model.get("note");
  el.append(form);
}

export default { render };
