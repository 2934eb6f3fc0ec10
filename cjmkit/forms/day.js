// A date. It goes over once the field is left or rests for a moment, and is never written back under somebody's fingers:
// typed digit by digit, a date is a valid one several times before it is the right one.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  el.classList.add("cjm-day");
  input.type = "date";
  input.max = "9999-12-31";
  label.append(document.createElement("span"), input);
  el.append(label);
  let resting;

  function take() {
    clearTimeout(resting);
    if ((model.get("value") || "") === input.value || input.validity.badInput) return;
    model.set("value", input.value || null);
    model.save_changes();
  }
  function show() {
    label.firstChild.textContent = model.get("description");
    if (document.activeElement !== input) input.value = model.get("value") || "";
  }
  input.addEventListener("change", () => {
    clearTimeout(resting);
    resting = setTimeout(take, 800);
  });
  input.addEventListener("blur", take);
  input.addEventListener("keydown", (event) => event.key === "Enter" && take());
  model.on("change:value", show);
  model.on("change:description", show);
  show();
}

export default { render };
