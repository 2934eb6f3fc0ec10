// A picture chosen on this machine: made small here, so that neither a photograph's size nor the place where it was taken travels.
const LONGEST = 640;
const LARGEST = 5 * 2 ** 20;

async function small(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed()), "image/jpeg", 0.85));
}

function render({ model, el }) {
  el.classList.add("cjm-entry");
  const words = model.get("words");
  const label = document.createElement("label");
  label.className = "cjm-button cjm-choose-file";
  label.textContent = words.label;
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/png,image/jpeg,image/webp";
  label.append(input);
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "cjm-button";
  drop.textContent = words.drop;
  drop.addEventListener("click", () => model.send({ drop: true }));
  const note = document.createElement("div");
  note.className = "cjm-note cjm-fault";
  note.setAttribute("role", "status");
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const picture = await small(file).catch(() => (file.size <= LARGEST ? file : undefined));
    // What is no picture goes over as it is and is told there; what is too large for that is only named.
    const content = picture ? [await picture.arrayBuffer()] : [];
    model.send({ picture: file.name }, undefined, content);
    input.value = "";
  });
  function show() {
    note.textContent = model.get("note");
    drop.hidden = !model.get("there");
  }
  model.on("change", show);
  show();
  el.append(label, drop, note);
}

export default { render };
