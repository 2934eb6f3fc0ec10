// Where the team stands. A link to a notebook opens it inside JupyterLab, beside the one it stands in.
function opened(event) {
  const link = event.target.closest("a[href$='.ipynb']");
  const here = location.pathname.match(/\/(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree\/(.*)$/);
  if (!link || !here) return;
  event.preventDefault();
  const folder = decodeURIComponent(here[1]).split("/").slice(0, -1);
  link.dataset.commandlinkerCommand = "docmanager:open"; // JupyterLab listens for such links on the page's body
  link.dataset.commandlinkerArgs = JSON.stringify({ path: [...folder, link.getAttribute("href")].join("/") });
}

function render({ model, el }) {
  el.classList.add("cjm-progress");
  guardScreen(el);
  const show = () => (el.innerHTML = model.get("html"));
  model.on("change:html", show);
  el.addEventListener("click", opened);
  show();
  // Running all cells leaves JupyterLab at the last one; a room begins on top. Whoever is at work already stays there.
  setTimeout(() => document.activeElement.closest(".cjm-screen, .cjm-progress") || el.scrollIntoView(), 1500);
}

export default { render };
