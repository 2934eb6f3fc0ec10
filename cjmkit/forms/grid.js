// A table to type into: Enter and arrows move, pasted cells go over whole, what is wrong is marked where it stands.
function render({ model, el }) {
  el.classList.add("cjm-grid");
  const caption = document.createElement("p");
  caption.className = "cjm-grid-caption";
  const frame = document.createElement("div");
  frame.className = "cjm-grid-frame";
  const table = document.createElement("table");
  const head = document.createElement("thead");
  const body = document.createElement("tbody");
  table.append(head, body);
  frame.append(table);
  el.append(caption, frame);
  const view = Math.random().toString(36).slice(2);
  let sent = 0;
  const words = model.get("words");
  const send = (message) => model.send({ ...message, view, n: ++sent });
  const columns = () => model.get("columns");
  const input = (r, c) => body.rows[r] && body.rows[r].cells[c] && body.rows[r].cells[c].firstChild;
  const place = (e) => [e.closest("tr").rowIndex - 1, e.closest("td").cellIndex];

  function commit(e) {
    if (e.value === e.dataset.was) return;
    e.dataset.was = e.value;
    const [r, c] = place(e);
    if (r === body.rows.length - 1) addRow();
    send({ cell: [r, columns()[c].key, e.value] });
  }

  function go(r, c) {
    const next = input(r, c);
    if (next) next.focus();
  }

  function key(event) {
    const e = event.target;
    if (e.tagName !== "INPUT" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const [r, c] = place(e);
    const all = e.selectionStart === 0 && e.selectionEnd === e.value.length;
    const moves = {
      Enter: [event.shiftKey ? -1 : 1, 0],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: all || (e.selectionStart === 0 && e.selectionEnd === 0) ? [0, -1] : null,
      ArrowRight: all || e.selectionStart === e.value.length ? [0, 1] : null,
    };
    const move = moves[event.key];
    if (!move || (event.shiftKey && event.key !== "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    commit(e);
    go(r + move[0], c + move[1]);
  }

  function pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (event.target.readOnly || !/[\n\t;]/.test(text.trim())) return;
    event.preventDefault();
    const [r, c] = place(event.target);
    event.target.value = event.target.dataset.was;
    send({ paste: [r, columns()[c].key, text] });
  }

  function focused(event) {
    const e = event.target;
    if (e.tagName !== "INPUT") return;
    e.select();
    const [r, c] = place(e);
    caption.textContent = [input(r, 0).value, columns()[c].title].filter(Boolean).join(" · ");
  }

  function addRow() {
    const row = body.insertRow();
    columns().forEach((column) => {
      const e = document.createElement("input");
      e.type = "text";
      e.autocomplete = "off";
      e.dataset.was = "";
      if (column.number) e.inputMode = "decimal";
      row.insertCell().append(e);
    });
    const gone = document.createElement("button");
    gone.type = "button";
    gone.textContent = "×";
    gone.title = words.remove;
    gone.tabIndex = -1;
    gone.addEventListener("click", () => send({ remove: row.rowIndex - 1 }));
    row.insertCell().append(gone);
  }

  function build() {
    const row = document.createElement("tr");
    for (const column of columns()) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = column.label;
      th.title = column.title;
      th.className = column.number ? "cjm-digit" : "";
      row.append(th);
    }
    row.append(document.createElement("th"));
    head.replaceChildren(row);
    body.replaceChildren();
    fill();
  }

  // What was typed since the kernel last answered is not overwritten by that answer.
  function fill() {
    if ((model.get("heard")[view] || 0) < sent) return;
    const rows = model.get("rows");
    const locked = model.get("locked");
    while (body.rows.length < rows.length + 1) addRow();
    while (body.rows.length > rows.length + 1) body.deleteRow(-1);
    for (let r = 0; r <= rows.length; r++)
      columns().forEach((column, c) => {
        const e = input(r, c);
        const text = r < rows.length ? rows[r][c] : "";
        const typing = e === document.activeElement && e.value !== e.dataset.was;
        if (!typing && e.value !== text) e.value = text;
        if (e.dataset.was !== text) e.dataset.was = text;
        if (e.readOnly !== locked) e.readOnly = locked;
        const label = `${r < rows.length ? rows[r][0] || r + 1 : words.new}, ${column.title}`;
        if (e.ariaLabel !== label) e.ariaLabel = label;
      });
    [...body.rows].forEach((row, r) => {
      row.hidden = locked && r === rows.length;
      row.lastChild.firstChild.hidden = locked || r === rows.length;
    });
    mark();
  }

  function mark() {
    const marks = model.get("marks");
    const at = new Map(columns().map((column, c) => [column.key, c]));
    for (const e of body.querySelectorAll("[aria-invalid]")) {
      e.removeAttribute("aria-invalid");
      e.title = "";
    }
    for (const [r, key, sentence] of marks) {
      const e = at.has(key) && input(r, at.get(key));
      if (!e) continue;
      e.setAttribute("aria-invalid", "true");
      e.title = sentence;
    }
  }

  body.addEventListener("keydown", key);
  body.addEventListener("paste", pasted);
  body.addEventListener("focusin", focused);
  body.addEventListener("change", (event) => commit(event.target));
  body.addEventListener("focusout", (event) => event.target.tagName === "INPUT" && commit(event.target));
  let built = JSON.stringify(columns());
  model.on("change", () => {
    const heads = JSON.stringify(columns());
    if (heads === built) return fill();
    built = heads;
    build();
  });
  build();
}

export default { render };
