// A JSON list of diagrams comes in, what the real Mermaid has in its hands after reading each goes out.
import DOMPurify from "dompurify";

DOMPurify.sanitize ??= (text) => text; // without a page there is nothing to be cleaned for
DOMPurify.addHook ??= () => {};
console.error = console.warn = console.log;
const written = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

let given = "";
for await (const piece of process.stdin) given += piece;
const read = [];
for (const text of JSON.parse(given)) {
  try {
    const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (type !== "journey") throw new Error(`a ${type}`);
    read.push({
      title: db.getDiagramTitle(),
      accTitle: db.getAccTitle(),
      accDescr: db.getAccDescription(),
      sections: [...db.getSections()],
      tasks: db.getTasks().map(({ section, task, score, people }) => ({ section, task, people, score: String(score) })),
    });
  } catch (error) {
    read.push({ error: String(error) });
  }
}
written(JSON.stringify(read));
