// Places and colours by axes, such as from poor to rich, and by how far words have moved.

async function placeByAxes(across, up) {
  const found = await Promise.all([across, up].map(text => source.axis(text).catch(() => ({ error: "gone" }))));
  const wrong = found.findIndex(each => each.error);
  if (wrong >= 0) return showAxisError(found[wrong], [across, up][wrong], ["across", "up"][wrong]);
  endAxisError();
  axes = [across, up];
  axisColumns = found.map(axisColumn);
  showMethod(isBeingImproved);
  const places = new Float32Array(2 * words.length);
  // Both axes have the same scale, and zero is in the middle. Words that have no value on an axis stay out of sight.
  let most = 0;
  for (const { values } of found) for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  found.forEach(({ values }, axis) => {
    for (let at = 0; at < words.length; at++)
      places[2 * at + axis] = Number.isNaN(values[at]) ? -1e7 : WORLD * (0.5 + 0.48 * values[at] / (most || 1));
  });
  [...element("ends").children].forEach((end, at) => { end.textContent = found[at >> 1].ends[at & 1]; });
  element("ends").classList.remove("directions");
  element("ends").hidden = false;
  moveTo(places);
}

let axisColumns = [];  // what the axes are called and the value of each word on them

function axisColumn({ ends, values }) {
  return { name: ends.join(":"), values };
}

function placeByMap() {
  axes = null;
  endAxisError();
  showMethod(isBeingImproved);
  element("ends").hidden = !nameDirections();
  moveTo(mapPlaces);
}

function choosePlace(name) {
  element("place").value = name;
  element("across").hidden = element("up").hidden = name !== "axes";
  if (name === "map" && axes) placeByMap();
}

// Colour words by how far they lie from themselves in the model beside, and list those that lie furthest.
async function colourByMoved() {
  const mine = nextQuestion();
  if (!movedValues) {
    const found = await source.moved().catch(() => ({ error: say("gone") }));
    if (mine !== question) return;
    if (found.error) return showError({ error: found.error }, "");
    movedValues = found.values;
    movedMost = movedValues.reduce((most, value) => value > most ? value : most, 0) || 1;
  }
  asked = hits = [];
  lit = null;
  recolour();
  const rows = [...movedValues.keys()].filter(row => row < words.length && !Number.isNaN(movedValues[row]))
    .sort((one, other) => movedValues[other] - movedValues[one]).slice(0, MOST_MOVED);
  const list = rows.map(row => ({ row, word: words[row], distance: movedValues[row], count: counts ? counts[row] : null }));
  const title = say("moved-most", { model: facts.beside });
  closeTable();
  element("panel").replaceChildren(make("h2", title), make("p", say("moved-how")),
    tableOf(["word", "distance", ...(counts ? ["count"] : [])], list, title), tools(null));
  announce(title);
}

let colouring = 0;

async function colourByAxis(text) {
  const mine = ++colouring;
  const found = await source.axis(text).catch(() => ({ error: "gone" }));
  if (mine !== colouring) return;
  if (found.error) {  // no colours of another axis stay, of which the field does not speak
    axisText = "";
    axisValues = null;
    recolour();
    keepAddress();
    return showAxisError(found, text, "axis");
  }
  endAxisError();
  axisText = text;
  axisValues = found.values;
  axisEnds = found.ends;
  coloured = "axis";
  recolour();
  keepAddress();
}
