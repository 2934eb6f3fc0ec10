// The kit's letters for the whole page: pictures are measured in them, on a machine that lacks them they would overflow.
function initialize({ model }) {
  const family = model.get("family");
  for (const [weight, bytes] of Object.entries(model.get("files"))) {
    if ([...document.fonts].some((font) => font.family === family && font.weight === weight)) continue;
    const font = new FontFace(family, bytes, { weight });
    document.fonts.add(font);
    font.load();
  }
}

export default { initialize };
