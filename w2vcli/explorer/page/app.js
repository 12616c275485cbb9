// The page: what is asked, what is shown, and how one moves about.

const facts = JSON.parse(document.getElementById("facts").textContent);
const packed = document.getElementById("packed").textContent;
const source = packed ? new Itself(packed) : new Program();
const texts = facts.texts[facts.language] || facts.texts.en;
const element = name => document.getElementById(name);

const WORLD = 65535;  // places go from 0 to this
const MOST_LABELS = 300, MOST_TRIED = 20000, MOST_LISTED = 1000, MOST_OFFERS = 10;
const FAR = 40, FAR_ANSWER = 160;  // pixels: a label lies no further from its point
const NARROW = 16, REGION_PAD = 10;  // the widest word in the name of a region, in letters, and the room beside the name
const HITS = 10, MOST_MOVED = 100, EXAMPLES = 5;
const FIRST_PACKET = 50000, PACKET = 200000;
const NAMES = new Set(["word", "region", "group"]);  // columns of names, not of numbers
const AGAIN_LEAST = 0.5;  // what comes again in fewer variants is marked, as on the command line
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#7b4fb5", "#a05a2c", "#4d4d4d", "#c2185b", "#00838f", "#558b2f"];
const THEMES = {
  light: { background: "#ffffff", text: "#1a1a1a", faint: "#626262", point: "#3b6ea5", hit: "#d55e00", asked: "#0072b2", ends: ["#0072b2", "#b4b4b4", "#d55e00"], low: "#c9d8e8", high: "#08306b", stepsBack: 0.4, palette: PALETTE },
  dark: { background: "#16181c", text: "#e8e8e8", faint: "#a5a5a5", point: "#7fb2e5", hit: "#ffb000", asked: "#56b4e9", ends: ["#56b4e9", "#767c85", "#ff9e4a"], low: "#4a6580", high: "#d6ecff", stepsBack: 0.5,
          palette: PALETTE.map(color => cssHex(mixed(colorOfCss(color), [255, 255, 255], 0.62))) },
};

const painter = new Painter(element("points"));
const labels = new Labels(element("labels"));
const view = { x: WORLD / 2, y: WORLD / 2, scale: 0.01 };
let words = [], folded = [], counts = null, xy = new Float32Array(0), total = facts.words;
let colorOf = new Uint8Array(0), colors = [[0, 0, 0]], coloured = "none";
let regions = [], regionOf = null, trust = null, axisValues = null, method = "pca", landmarks = 0, version = -1;
let asked = [], hits = [], lit = null;
let movedValues = null, movedMost = 1, theme = "light", wholeScale = 0.01, inside = 0, waiting = false, axisText = "", axisEnds = ["", ""], axes = null, mapPlaces = null, moves = 0, mostCount = 1;
let table = { columns: [], rows: [] };

function say(name, values = {}) {
  return (texts[name] || name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

function number(value) {
  return value.toLocaleString(facts.language);
}

function cssHex(color) {
  return "#" + color.map(value => value.toString(16).padStart(2, "0")).join("");
}

// A new element with a text or with others in it. What comes from a model is text, and never HTML.
function make(name, inner, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...(Array.isArray(inner) ? inner : [inner]));
  return made;
}

// ---- the words -----------------------------------------------------------------------------------------------------

function add(packet) {
  const first = words.length;
  for (const word of packet.words) words.push(word);
  if (packet.counts) {
    const more = new Float64Array(words.length);
    if (counts) more.set(counts);
    more.set(packet.counts, first);
    counts = more;
    mostCount = Math.max(mostCount, counts[0], 2);
  }
  const places = new Float32Array(2 * words.length);
  places.set(xy.subarray(0, 2 * first));
  places.set(packet.places, 2 * first);
  xy = places;
  mapPlaces = places.slice();
}

async function start() {
  const first = await source.packet(0, FIRST_PACKET);
  if (first.groups) takeScene(first);
  add(first);
  takeMap(first);
  fitAll();
  welcome();
  applyAddress();
  recolour();
  document.documentElement.dataset.ready = "yes";
  while (source.isWhole && words.length < total) {
    add(await source.packet(words.length, PACKET));
    recolour();
  }
  document.documentElement.dataset.whole = "yes";
  showExamples();
  draw();
  if (source.isWhole) watch();
}

function takeMap(packet) {
  regions = packet.regions || [];
  method = packet.method;
  landmarks = packet.landmarks || 0;
  version = packet.version;
  if (packet.region_of) regionOf = packet.region_of;
  if (packet.trust) trust = packet.trust;
  showMethod(packet.improving);
  fillColours();
  if (element("welcome")) welcome();  // it names words of regions
}

// Wait for a better map, and let the points go to their new places.
async function watch() {
  for (;;) {
    await new Promise(done => setTimeout(done, 1500));
    let found;
    try {
      found = await source.map(version);
    } catch {
      return;  // the program has ended
    }
    if (found.places) {
      takeMap(found);
      mapPlaces = Float32Array.from(found.places);
      if (!axes) moveTo(mapPlaces);
    }
    if (!found.improving) return;
  }
}

function prefersLessMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function moveTo(places) {
  const mine = ++moves;
  const from = xy.slice(), begun = performance.now(), many = Math.min(xy.length, places.length);
  const step = () => {
    if (mine !== moves) return;
    const share = prefersLessMotion() ? 1 : Math.min(1, (performance.now() - begun) / 900), eased = share * share * (3 - 2 * share);
    for (let at = 0; at < many; at++) xy[at] = from[at] + (places[at] - from[at]) * eased;
    if (share < 1) {
      paint();
      requestAnimationFrame(step);
      return;
    }
    document.documentElement.dataset.map = axes ? "axes" : method;
    fitAll();
    if (asked.length || hits.length) fit([...asked, ...hits.map(hit => hit.row)]);
    recolour();
    keepAddress();
  };
  step();
}

// ---- colours -------------------------------------------------------------------------------------------------------

function fillColours() {
  const select = element("colour"), now = coloured;
  const known = [...(scene?.groups.length ? ["group"] : []), "none", ...(counts ? ["count"] : []), ...(regionOf ? ["region"] : []), ...(trust ? ["trust"] : []), ...(facts.beside ? ["moved"] : []), "axis"];
  select.replaceChildren(...known.map(name => make("option", say(`colour-${name}`), { value: name })));
  select.value = known.includes(now) ? now : "none";
}

function scaleOf(low, high, steps = 64) {
  return Array.from({ length: steps }, (_, at) => mixed(colorOfCss(high), colorOfCss(low), at / (steps - 1)));
}

function twoEnds() {
  const [low, middle, high] = THEMES[theme].ends;
  return [...scaleOf(low, middle, 32), ...scaleOf(middle, high, 32)];
}

function recolour() {
  const colours = THEMES[theme];
  const many = words.length;
  colorOf = new Uint8Array(many);
  colors = [colorOfCss(colours.point)];
  element("legend").hidden = true;
  if (coloured === "group") colourByGroup();
  else if (coloured === "count" && counts) {
    colors = scaleOf(colours.low, colours.high);
    const most = Math.log(mostCount), least = Math.log(Math.max(1, counts[many - 1]));
    for (let at = 0; at < many; at++)
      colorOf[at] = Math.max(0, Math.min(63, Math.round(63 * (Math.log(Math.max(1, counts[at])) - least) / (most - least || 1))));
    legend(number(Math.round(Math.exp(least))), number(mostCount));
  } else if (coloured === "region" && regionOf) {
    colors = colours.palette.map(colorOfCss);
    element("legend").replaceChildren(make("p", say("legend-region")));
    element("legend").hidden = false;
    for (let at = 0; at < many; at++) colorOf[at] = regionOf[at] % colors.length;
  } else if (coloured === "trust" && trust) {
    colors = [...scaleOf(colours.ends[2], colours.ends[0]), colorOfCss(colours.ends[1])];
    for (let at = 0; at < many; at++) colorOf[at] = trust[at] === 255 ? 64 : Math.round(trust[at] * 63 / 250);
    legend("0 %", "100 %", say("legend-trust"));
  } else if (coloured === "moved" && movedValues) {
    colors = [...scaleOf(colours.low, colours.hit, 63), colorOfCss(colours.ends[1])];
    for (let at = 0; at < many; at++) colorOf[at] = Number.isNaN(movedValues[at]) ? 63 : Math.min(62, Math.round(62 * movedValues[at] / movedMost));
    legend("0", movedMost.toFixed(2));
  } else if (coloured === "axis" && axisValues) {
    colors = twoEnds();
    const most = axisValues.reduce((top, value) => Math.max(top, Math.abs(value) || 0), 0) * 0.6 || 1;
    for (let at = 0; at < many; at++) {
      const value = axisValues[at];
      colorOf[at] = Number.isNaN(value) ? 32 : Math.max(0, Math.min(63, Math.round(31.5 + 31.5 * value / most)));
    }
    const [low, high] = axisEnds;
    legend(`${low} ${(-most).toFixed(2)}`, `${high} ${most.toFixed(2)}`);
  }
  draw();
}

function legend(low, high, note = "") {
  const strip = make("canvas", "", { width: 64, height: 1 });
  const context = strip.getContext("2d");
  colors.slice(0, 64).forEach((color, at) => {
    context.fillStyle = cssOf(color);
    context.fillRect(at, 0, 1, 1);
  });
  element("legend").replaceChildren(strip, make("div", [make("bdi", low), make("bdi", high)]), ...(note ? [make("p", note)] : []));
  element("legend").hidden = false;
}

// ---- places by two axes -----------------------------------------------------------------------------------------

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

// ---- drawing -------------------------------------------------------------------------------------------------------

function resize() {
  const box = element("map").getBoundingClientRect();
  const before = { ...view }, rows = fitted.rows;
  const isFitted = ["x", "y", "scale"].every(name => view[name] === fitted[name]);  // nobody has moved it since
  painter.resize(Math.max(1, Math.round(box.width)), Math.max(1, Math.round(box.height)));
  if (words.length) {
    fitAll();
    if (!isFitted) Object.assign(view, before);
    else if (rows) fit(rows);
  }
  draw();
}

function draw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

function sizeOf(at) {
  const own = counts ? 1.8 + 3.2 * Math.log(1 + counts[at]) / Math.log(1 + mostCount) : 3;
  return scene ? own * sizeInScene(at) : own;
}

function onScreen(x, y) {
  return [painter.width / 2 + (x - view.x) * view.scale, painter.height / 2 - (y - view.y) * view.scale];
}

function screenOf(row) {
  return onScreen(xy[2 * row], xy[2 * row + 1]);
}

let painted = [], pointedRow = null;

function paint() {
  if (!painter.seen || !words.length) return;
  const begun = performance.now();
  const colours = THEMES[theme];
  const background = colorOfCss(colours.background);
  const isAnswer = asked.length > 0 || hits.length > 0 || lit !== null;
  inside = painter.paint(view, xy, words.length, colorOf, colors, background, isAnswer ? colours.stepsBack : 0.85, sizeOf, looks());
  element("state").textContent = words.length < total ? say("loading", { have: number(words.length), total: number(total) })
    : say(inside ? "words-shown" : "nothing-shown", { inside: number(inside), total: number(words.length) });
  labels.begin(painter.width, painter.height, painter.ratio);
  keepBoxes();
  drawLines(colours);
  if (lit) lightUp(colours);
  else if (isAnswer) labelAnswer(colours);
  else labelAll(colours);
  if (pointedRow !== null) pointOut(colours);
  labels.draw(colours.background);
  paint.took = performance.now() - begun;
  if ([view.x, view.y, view.scale].some((value, at) => value !== painted[at])) element("pointed").hidden = true;
  painted = [view.x, view.y, view.scale];
  followView();
}

// What stands over the map has no labels behind it.
function keepBoxes() {
  const map = element("map").getBoundingClientRect();
  for (const box of [element("legend"), element("state"), ...element("ends").children]) {
    const { left, top, width, height } = box.getBoundingClientRect();
    if (width) labels.keep(left - map.left, top - map.top, width, height);
  }
}

// A point that stands out by its size and by a ring, and keeps the colour that the map gives it.
function dot(row, plain, size, ring = 1.5) {
  const context = labels.context, [x, y] = screenOf(row), colours = THEMES[theme];
  for (const [wide, color] of [[2 * ring + 2.5, colours.background], [2 * ring, colours.text]]) {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.lineWidth = wide;
    context.strokeStyle = color;
    context.stroke();
  }
  context.fillStyle = coloured === "none" || !colors[colorOf[row]] ? plain : cssOf(colors[colorOf[row]]);
  context.fill();
}

// The word that one points at in a list.
function pointOut(colours) {
  const [x, y] = screenOf(pointedRow);
  dot(pointedRow, colours.hit, 9, 3.5);
  if (!labels.placed.some(({ at }) => at === pointedRow))
    labels.put(shortened(words[pointedRow]), x, y, 13 + CELL, { size: 14, weight: 600, color: colours.text, at: pointedRow }, 0);
}

function listenToPanel() {
  const panel = element("panel");
  const look = event => {
    if (event.pointerType === "touch") return;  // a finger points at nothing once it is lifted
    const row = event.target.closest?.("tr")?.querySelector("[data-row]")?.dataset.row;
    const now = event.type === "pointerleave" || row === undefined ? null : Number(row);
    if (now === pointedRow) return;
    pointedRow = now;
    draw();
  };
  for (const name of ["pointerover", "pointerleave", "focusin"]) panel.addEventListener(name, look);
  panel.addEventListener("focusout", () => { pointedRow = null; draw(); });
}

function isInView(x, y) {
  return x >= 0 && y >= 0 && x <= painter.width && y <= painter.height;
}

// All hits have labels: those for which there is no room beside their point have one at the end of a line.
function labelAnswer(colours) {
  const all = [...asked.map(row => ({ row, isAsked: true })), ...hits].filter(({ row }) => row !== null && row < words.length);
  for (const { row, isAsked } of [...all].reverse()) {  // what was asked for lies above the others
    const [x, y] = screenOf(row), size = isAsked ? 6.5 : 4.5;
    labels.keep(x - size, y - size, 2 * size, 2 * size);
    dot(row, isAsked ? colours.asked : colours.hit, size, isAsked ? 2.5 : 1.5);
  }
  for (const { row, isAsked } of all) {
    const [x, y] = screenOf(row);
    if (!isInView(x, y)) continue;
    labels.put(shortened(words[row]), x, y, (isAsked ? 10 : 6) + CELL, {
      size: isAsked ? 16 : 14, weight: isAsked ? 700 : 600, color: colours.text, line: colours.faint, at: row }, FAR_ANSWER);
  }
}

function lightUp(colours) {
  let shown = 0;
  for (const row of lit) {
    const [x, y] = screenOf(row);
    if (!isInView(x, y)) continue;
    dot(row, colours.hit, lit.length > 500 ? 2 : 4, lit.length > 500 ? 0.5 : 1.25);
  }
  for (const row of lit) {
    const [x, y] = screenOf(row);
    if (!isInView(x, y)) continue;
    if (labels.put(shortened(words[row]), x, y, 6, { size: 13, weight: 500, color: colours.text, at: row }, 0)) shown++;
    if (shown >= MOST_LABELS) break;
  }
}

function labelAll(colours) {
  const zoom = view.scale / wholeScale;
  if (axes) return labelWords(colours);
  const depth = zoom < 1.6 ? 0 : zoom < 4 ? 1 : 2;
  (regions[depth] || []).forEach((region, at) => {
    const own = coloured === "region" && depth === 0 ? cssOf(colors[at % colors.length]) : colours.text;
    const [x, y] = onScreen(region.x, region.y);
    if (isInView(x, y)) labels.put(shortRegion(region.name), x, y, 0, { size: 17, weight: 700, color: own, at: -1, pad: REGION_PAD, region }, 0);
  });
  labelWords(colours);
}

function shortRegion(name) {
  return name.split(" · ").map(word => shortened(word, NARROW)).join(" · ");
}

function labelWords(colours) {
  const { labelOpacityOf } = looks(), background = colorOfCss(colours.background);
  let shown = 0, tried = 0;
  if (words.length <= SOME)
    for (let row = 0; row < words.length; row++) {
      const [x, y] = screenOf(row), size = sizeOf(row);
      if (colorOf[row] !== HIDDEN) labels.keep(x - size, y - size, 2 * size, 2 * size);
    }
  for (let row = 0; row < words.length && shown < MOST_LABELS && tried < MOST_TRIED; row++) {
    const [x, y] = screenOf(row);
    const name = colorOf[row];
    if (!isInView(x, y) || name === HIDDEN) continue;
    tried++;
    let color = colorOfCss(colours.text);
    if (coloured !== "none" && !labelOpacityOf) color = mixed(colors[name], color, 0.6);
    if (labelOpacityOf) color = mixed(color, background, labelOpacityOf(row));
    const style = { size: words.length <= FEW ? 14 : 12, weight: 400, color: cssOf(color), line: colours.faint, at: row };
    if (labels.put(shortened(words[row]), x, y, sizeOf(row) + CELL, style, words.length <= FEW ? FAR : 0)) shown++;
  }
}

// ---- moving about --------------------------------------------------------------------------------------------------

function fitAll() {
  fit(null);
  wholeScale = view.scale;
}

let fitted = {};

// Show the points of some rows, or all points.
function fit(rows) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const look = row => {
    const x = xy[2 * row], y = xy[2 * row + 1];
    if (x < 0) return;  // it has no place
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  };
  if (rows) rows.filter(row => row !== null && row < words.length).forEach(look);
  else for (let row = 0; row < words.length; row++) look(row);
  if (left > right) return;
  const room = rows ? 0.72 : 0.94;
  const least = rows ? WORLD / 60 : 1;  // one word alone is shown with what lies around it
  view.x = (left + right) / 2;
  view.y = (top + bottom) / 2;
  view.scale = Math.min(painter.width * room / Math.max(least, right - left), painter.height * room / Math.max(least, bottom - top));
  fitted = { rows, ...view };
  draw();
}

function zoom(factor, x = painter.width / 2, y = painter.height / 2) {
  const scale = Math.max(wholeScale / 3, Math.min(4, view.scale * factor)), before = { ...view };
  view.x += (x - painter.width / 2) * (1 / view.scale - 1 / scale);
  view.y -= (y - painter.height / 2) * (1 / view.scale - 1 / scale);
  view.scale = scale;
  if (factor > 1 && !hasWordsInView()) Object.assign(view, before);  // there is nothing to be seen deeper
  draw();
  keepAddress();
}

function hasWordsInView() {
  const wide = painter.width / 2 / view.scale, high = painter.height / 2 / view.scale;
  for (let row = 0; row < words.length; row++)
    if (Math.abs(xy[2 * row] - view.x) <= wide && Math.abs(xy[2 * row + 1] - view.y) <= high) return true;
  return false;
}

function pan(x, y) {
  if (scene?.space && !axes) {
    turn(x, y);
    xy.set(scene.places);
    mapPlaces.set(scene.places);
    draw();
    return;
  }
  view.x -= x / view.scale;
  view.y += y / view.scale;
  draw();
}

function nearestTo(x, y, most = 14) {
  let best = null, least = most * most;
  const worldX = view.x + (x - painter.width / 2) / view.scale, worldY = view.y - (y - painter.height / 2) / view.scale;
  const reach = most / view.scale;
  for (let row = 0; row < words.length; row++) {
    if (colorOf[row] === HIDDEN) continue;
    const across = xy[2 * row] - worldX;
    if (across > reach || across < -reach) continue;
    const up = xy[2 * row + 1] - worldY;
    const away = (across * across + up * up) * view.scale * view.scale;
    if (away < least) [best, least] = [row, away];
  }
  return best;
}

function labelAt(x, y) {
  const found = placedAt(x, y);
  return found && found.at >= 0 ? found.at : null;
}

function regionAt(x, y) {
  return placedAt(x, y)?.style.region ?? null;
}

function placedAt(x, y) {
  return labels.placed.find(({ left, top, width, height, at, style }) =>
    (at >= 0 || style.region) && x >= left && x <= left + width && y >= top && y <= top + height);
}

function goInto(region) {
  view.x = region.x;
  view.y = region.y;
  zoom(2);
}

function point(event) {
  const box = element("map").getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function listenToMap() {
  const map = element("map"), pointers = new Map();
  for (const name of ["pointerdown", "wheel"]) element("legend").addEventListener(name, event => event.stopPropagation());
  let path = null, moved = 0, apart = 0;
  map.addEventListener("pointerdown", event => {
    if (event.button > 0) return;
    map.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, point(event));
    moved = 0;
    path = event.shiftKey || element("select").getAttribute("aria-pressed") === "true" ? [point(event)] : null;
    element("pointed").hidden = true;
  });
  map.addEventListener("pointermove", event => {
    const [x, y] = point(event);
    if (!pointers.has(event.pointerId)) return showPointed(x, y);
    const [fromX, fromY] = pointers.get(event.pointerId);
    pointers.set(event.pointerId, [x, y]);
    moved += Math.abs(x - fromX) + Math.abs(y - fromY);
    if (pointers.size === 2) {
      const [[x1, y1], [x2, y2]] = [...pointers.values()];
      const now = Math.hypot(x1 - x2, y1 - y2);
      if (apart) zoom(now / apart, (x1 + x2) / 2, (y1 + y2) / 2);
      apart = now;
    } else if (path) {
      path.push([x, y]);
      element("lasso").toggleAttribute("hidden", false);  // what is SVG has no property of this name
      element("lasso").firstElementChild.setAttribute("points", path.map(([a, b]) => `${a},${b}`).join(" "));
    } else pan(x - fromX, y - fromY);
  });
  const end = event => {
    if (!pointers.delete(event.pointerId)) return;
    apart = 0;
    const [x, y] = point(event);
    if (path && path.length > 3) selectInside(path);
    else if (moved < 5 && event.type === "pointerup") {
      const region = regionAt(x, y), row = labelAt(x, y) ?? nearestTo(x, y);
      if (region) goInto(region);
      else if (row !== null) askAbout(row);
    }
    path = null;
    element("lasso").toggleAttribute("hidden", true);
    keepAddress();
  };
  map.addEventListener("pointerup", end);
  map.addEventListener("pointercancel", end);
  map.addEventListener("pointerleave", () => { element("pointed").hidden = true; });
  map.addEventListener("wheel", event => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...point(event));
  }, { passive: false });
  map.addEventListener("keydown", event => {
    const step = 60;
    const keys = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (keys[event.key]) pan(...keys[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else return;
    event.preventDefault();
    keepAddress();
  });
  document.addEventListener("keydown", event => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping) element("question").select();
    else if (event.key === "0" && !isTyping) fitAll();
    else if (event.key === "Escape") goBack();
    else return;
    event.preventDefault();
  });
}

let pointing = 0;
function showPointed(x, y) {
  cancelAnimationFrame(pointing);
  pointing = requestAnimationFrame(() => {
    const region = regionAt(x, y), row = labelAt(x, y) ?? nearestTo(x, y, 8);
    const box = element("pointed");
    box.hidden = row === null && !region;
    if (box.hidden) return;
    if (region) box.replaceChildren(make("bdi", region.name), ` · ${say("region-is")}`);
    else box.replaceChildren(make("bdi", words[row]), ` · ${aboutWord(row)}`);
    box.style.left = `${Math.max(0, Math.min(x + 14, painter.width - box.offsetWidth - 4))}px`;
    box.style.top = `${y > box.offsetHeight + 12 ? y - box.offsetHeight - 12 : y + 18}px`;
  });
}

function aboutWord(row) {
  const rank = number(scene ? scene.rows[row] + 1 : row + 1);
  return [counts ? say("seen", { count: number(counts[row]), rank }) : say("rank", { rank }), ...aboutInScene(row)].join(" · ");
}

// ---- questions -----------------------------------------------------------------------------------------------------

let question = 0;

// The number of a new question. An answer to an earlier one comes too late.
function nextQuestion() {
  element("panel").removeAttribute("aria-busy");
  return ++question;
}

// Pages beside each other ask the same.
const beside = window.parent === window ? null : new BroadcastChannel(location.pathname.split("/")[1]);

function askBeside(text) {
  if (beside) beside.postMessage(text);
}

async function askText(text, most = HITS, isOwn = true) {
  text = withoutSlash(text.trim());
  if (!text) return clear(isOwn);
  if (isOwn) askBeside(text);
  element("question").value = text;
  closeOffers();
  const pattern = patternOf(text);
  if (pattern) return matchPattern(text, pattern);
  await showAnswer(source.ask(text, most), text, most, more => askText(text, more));
}

async function askAbout(row, most = HITS) {
  askBeside(words[row]);
  element("question").value = words[row];
  closeOffers();
  await showAnswer(source.askRow(row, most), words[row], most, more => askAbout(row, more), row);
}

async function showAnswer(promise, text, most, again, row = null) {
  const mine = nextQuestion();
  element("panel").setAttribute("aria-busy", "true");
  let found;
  try {
    found = await promise;
  } catch {
    found = { error: "gone" };
  }
  if (mine !== question) return;
  element("panel").removeAttribute("aria-busy");
  if (found.error) {
    asked = hits = [];
    lit = null;
    draw();
    return showError(found, text);
  }
  if (lit && listBefore) listBefore.seen = { ...view };
  lit = null;
  asked = found.asked;
  hits = found.hits;
  fit([...asked, ...hits.map(hit => hit.row)]);
  closeTable();
  listAnswer(found, most, again);
  showWayBack();
  announceAnswer(found, text);
  keepAddress({ q: text });
  const only = row ?? (asked.length === 1 ? asked[0] : null);
  if (source.hasLines && only !== null) await showLines(only, mine);
}

function listAnswer(found, most, again) {
  const sure = found.hits.some(hit => hit.again !== undefined && hit.again !== null);
  const isOne = found.words.length === 1;
  const one = isOne ? found.asked[0] : null;
  const isKnown = one !== undefined && one !== null;
  const hasWhy = source.hasLines && isKnown;
  if (hasWhy) for (const hit of found.hits) if (hit.row !== null) hit.why = [one, hit.row];
  const columns = ["word", found.measure || "similarity", ...(counts ? ["count"] : []), ...(sure ? ["interval", "again"] : []), ...(hasWhy ? ["why"] : [])];
  const title = make("h2", make("bdi", isOne ? found.words[0] : summed(found)));
  const parts = [title];
  if (isKnown) parts.push(make("p", aboutWord(one)));
  for (const note of found.notes || []) parts.push(make("p", note));
  if (found.pair) parts.push(aboutPair(found.pair));
  if (found.note) parts.push(make("p", say(found.note, { near: source.all?.near })));
  if (found.off !== undefined) parts.push(make("p", howFarOff(found)));
  parts.push(tableOf(columns, found.hits, title.textContent, found.digits));
  if (sure) parts.push(make("p", say("intervals")));
  parts.push(tools(most < MOST_LISTED && found.hits.length >= most && !found.isAll ? () => again(most * 2) : null));
  if (!sure && !scene) parts.push(make("p", say("not-known-how-sure", { model: facts.model })));
  if (packed && !scene && isOne) parts.push(make("p", say("no-lines-here", { word: found.words[0] })));
  element("panel").replaceChildren(...parts);
  element("panel").scrollTop = 0;
}

// What was computed of several words.
function summed({ words: named, added, weights = [] }) {
  const weighed = named.map((word, at) => (weights[at] ?? 1) === 1 ? word : `${word}*${weights[at]}`);
  const plus = weighed.slice(0, added).join(" + ");
  if (added === named.length) return say("nearest-mean", { words: plus });
  return say("nearest-sum", { words: [plus, ...weighed.slice(added)].join(" − ") });
}

function aboutPair({ rows: [one, other], similarity, off }) {
  const told = off === undefined ? similarity.toFixed(3) : `${similarity.toFixed(2)} ± ${rounded(off)}`;
  const text = say("pair", { one: words[one], other: words[other], similarity: told });
  return make("p", [make("strong", text), ...(source.hasLines ? [" ", whyButton(one, other)] : [])], { id: "pair" });
}

function howFarOff({ off, perhapsFirst }) {
  const { exact } = source.all;
  const order = perhapsFirst > 1 ? say("not-sure-which", { count: number(perhapsFirst) }) : say("sure-which", { exact: number(exact), apart: rounded(2 * off) });
  return `${order} ${say("about", { exact: number(exact), off: rounded(off) })}`;
}

function rounded(off) {
  return (off < 0.01 ? Math.ceil(off * 1000) / 1000 : Math.ceil(off * 100 - 1e-9) / 100).toFixed(off < 0.01 ? 3 : 2);
}

function tableOf(columns, rows, title, digits = 3) {
  table = { columns, rows };
  const shown = (column, row) => {
    const value = row[column];
    if (column === "interval") return row.low === null ? "" : `${row.low.toFixed(2)}–${row.high.toFixed(2)}`;
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return column === "region" ? shortRegion(value) : value;
    return column === "count" ? number(value) : column === "again" ? `${Math.round(100 * value)} %` : value.toFixed(digits);
  };
  const cell = (column, row) => {
    if (column === "why") return row.why ? whyButton(...row.why) : "";
    if (column !== "word") return shown(column, row);
    if (row.row === null) return make("bdi", row.word);
    return make("button", make("bdi", row.word), { type: "button", "data-row": row.row, onclick: () => askAbout(row.row) });
  };
  const kind = column => NAMES.has(column) ? { class: "name" } : {};
  const body = rows.map(row => make("tr", columns.map(column => make("td", cell(column, row), kind(column))),
    row.again !== undefined && row.again !== null && row.again < AGAIN_LEAST ? { class: "doubtful" } : {}));
  const heads = columns.map(column => make("th", say(column), { scope: "col", ...kind(column) }));
  return make("table", [make("thead", make("tr", heads)), make("tbody", body)], { "aria-label": title });
}

function whyButton(row, other) {
  const name = say("why-two", { one: words[row] ?? "", other: words[other] ?? "" });
  return make("button", "?", { type: "button", class: "why", title: name, "aria-label": name, onclick: () => showWhy(row, other) });
}

function tools(more) {
  return make("div", [
    ...(more ? [make("button", say("more"), { type: "button", id: "more", onclick: more })] : []),
    make("button", say("copy"), { type: "button", id: "copy", onclick: copy }),
    make("button", say("save"), { type: "button", id: "save", onclick: save }),
  ], { class: "tools" });
}

function asTsv() {
  const cell = value => value === null || value === undefined ? "" : String(value);
  const columns = table.columns.filter(column => column !== "why").flatMap(column => column === "interval" ? ["low", "high"] : [column]);
  return [columns, ...table.rows.map(row => columns.map(column => cell(row[column])))].map(row => row.join("\t")).join("\n") + "\n";
}

async function copy(event) {
  const button = event.target;
  try {
    await navigator.clipboard.writeText(asTsv());
  } catch {  // a page that was opened from disk may not
    const area = make("textarea", asTsv());
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = say("copied");
}

// The file is called after the model and what was asked: tales-king.tsv.
function fileName() {
  const parts = [facts.model, isTable ? say("table-button") : element("question").value || (lit ? say("select") : "")];
  const name = parts.join("-").replace(/[^\p{L}\p{N}+-]+/gu, "-").replace(/-{2,}/g, "-").replace(/^-|-$/g, "");
  return `${[...name].slice(0, 60).join("") || "words"}.tsv`;
}

function save() {
  const address = URL.createObjectURL(new Blob([asTsv()], { type: "text/tab-separated-values" }));
  const link = make("a", "", { href: address, download: fileName() });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function messageOf(found, text) {
  const messages = {
    unknown: () => say(source.isWhole ? "unknown" : "unknown-here", { words: (found.unknown || []).map(({ word }) => word).join(" ") || text }),
    "bad-axis": () => say("bad-axis", { axes: (facts.axes || []).join(", ") || "–" }),
    "too rare": () => say("too-rare", { exact: number(source.all?.exact || 0) }),
    "no direction": () => say("no-direction"),
    "no sum": () => say("no-sum"),
    gone: () => say("gone"),
  };
  return messages[found.error] ? messages[found.error]() : found.error;
}

function showError(found, text) {
  const panel = element("panel");
  const parts = [make("p", messageOf(found, text), { class: "error" })];
  for (const { word, meant } of found.unknown || [])
    if (meant.length)
      parts.push(make("p", [say("meant"), " ", ...meant.map(other => make("button", make("bdi", other), {
        type: "button", class: "meant", onclick: () => askText(text.split(/[ \t]+/).map(term => term === word ? other : term).join(" ")) }))]));
  closeTable();
  panel.replaceChildren(...parts);
  announce(panel.textContent);
}

// What is wrong with an axis stands below its field, and leaves the answer alone.
function showAxisError(found, text, field) {
  const meant = (found.unknown || []).flatMap(each => each.meant);
  element("wrong").textContent = messageOf(found, text) + (meant.length ? ` · ${say("meant")} ${meant.join(", ")}` : "");
  element("wrong").hidden = false;
  element(field).setAttribute("aria-invalid", "true");
  announce(element("wrong").textContent);
}

function endAxisError() {
  element("wrong").hidden = true;
  for (const field of ["axis", "across", "up"]) element(field).removeAttribute("aria-invalid");
}

// What the text has to say stands below the list: lines with a word, or why two words are near.
async function showEvidence(title, promise, mine, parts) {
  const place = make("div", make("p", say("looking")), { id: "evidence" });
  element("evidence")?.remove();
  element("panel").append(place);
  const head = make("h3", title, { tabindex: "-1" });
  place.prepend(head);
  const found = await promise.catch(() => ({ error: say("gone") }));
  if (mine !== question || !place.isConnected) return;
  place.replaceChildren(head, ...(found.error ? [make("p", say("no-lines", { why: found.error }))] : parts(found)));
}

async function showLines(row, mine) {
  await showEvidence(say("lines"), source.lines(row), mine, found => [
    make("p", say("some-lines", { shown: number(found.lines.length), count: number(found.count) })), listOfLines(found.lines)]);
}

function listOfLines(lines) {
  return make("ul", lines.map(line => make("li", [
    make("bdi", [line.before, make("mark", line.word), line.after]),
    make("small", say("where", { file: line.file, line: number(line.line) })),
  ])), { class: "lines" });
}

// Why two words are near: the contexts of both, with the share of the similarity that is due to each.
async function showWhy(row, other) {
  const shown = showEvidence(say("why-two", { one: words[row], other: words[other] }), source.why(row, other), question, found => {
    const [one, two] = found.words;
    const heads = ["context", "share", one, two];
    const body = found.contexts.map(({ context, share, count1, count2 }) =>
      make("tr", [make("td", make("bdi", context), { class: "name" }), make("td", `${(100 * share).toFixed(1)} %`),
                  make("td", number(count1)), make("td", number(count2))]));
    const head = heads.map((name, at) => make("th", at < 2 ? say(name) : make("bdi", name), { scope: "col", ...(at ? {} : { class: "name" }) }));
    return [
      make("p", say("why-sum", { similarity: found.similarity.toFixed(3), share: Math.round(100 * found.accounted), together: number(found.together) })),
      make("table", [make("thead", make("tr", head)), make("tbody", body)], { "aria-label": say("why-two", { one, other: two }) }),
      listOfLines(found.lines),
      ...(asked.length === 1 ? [make("button", say("lines-of", { word: words[asked[0]] }), { type: "button", onclick: () => showLines(asked[0], question) })] : []),
    ];
  });
  element("evidence").querySelector("h3").focus();
  element("evidence").scrollIntoView({ block: "nearest" });
  await shown;
}

// ---- patterns and selections ---------------------------------------------------------------------------------------

// `un*` and ^un are what begins so, `*ing` and ing$ what ends so, /…/ a regular expression.
function patternOf(text) {
  if (text.length > 2 && text.startsWith("/") && text.endsWith("/")) return text.slice(1, -1);
  if (text.length > 1 && /^[^\s*]+\*$/.test(text)) return "^" + escapedPattern(text.slice(0, -1));
  if (text.length > 1 && /^\*[^\s*]+$/.test(text)) return escapedPattern(text.slice(1)) + "$";
  if (/^(\^[^\s]+|[^\s]*\p{L}\$)$/u.test(text) && !words.includes(text)) return text;
  return null;
}

// A slash without another one is that of the key that leads into the field.
function withoutSlash(text) {
  return /^\/[^/]+$/.test(text) && !words.includes(text) ? text.slice(1) : text;
}

function escapedPattern(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function matchPattern(text, pattern) {
  let expression;
  try {
    expression = new RegExp(pattern, "iu");
  } catch (error) {
    nextQuestion();
    element("panel").replaceChildren(make("p", say("bad-pattern", { why: error.message }), { class: "error" }));
    return;
  }
  const rows = [];
  for (let row = 0; row < words.length; row++) if (expression.test(words[row])) rows.push(row);
  show(rows, say("matches", { count: number(rows.length), pattern: text }));
  keepAddress({ q: text });
}

function selectInside(path) {
  const world = path.map(([x, y]) => [view.x + (x - painter.width / 2) / view.scale, view.y - (y - painter.height / 2) / view.scale]);
  const across = world.map(([x]) => x), up = world.map(([, y]) => y);
  const [left, right, low, high] = [Math.min(...across), Math.max(...across), Math.min(...up), Math.max(...up)];
  const rows = [];
  for (let row = 0; row < words.length; row++) {
    const x = xy[2 * row], y = xy[2 * row + 1];
    if (x >= left && x <= right && y >= low && y <= high && isInside(x, y, world)) rows.push(row);
  }
  chooseSelect(false);
  const title = say("selected", { count: number(rows.length) });
  if (!rows.length) return announceInMap(say("none-selected"));
  element("question").value = "";
  show(rows, title, false);
  keepAddress({ q: "" }, true);
}

function chooseSelect(is) {
  element("select").setAttribute("aria-pressed", String(is));
  element("map").classList.toggle("selecting", is);
}

// Say at the border of the map what changes nothing, till the next picture.
function announceInMap(text) {
  announce(text);
  element("state").textContent = text;
}

// A line from the point to the right crosses the edge an odd number of times.
function isInside(x, y, corners) {
  let inner = false;
  for (let at = 0, before = corners.length - 1; at < corners.length; before = at++) {
    const [x1, y1] = corners[at], [x2, y2] = corners[before];
    if ((y1 > y) !== (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inner = !inner;
  }
  return inner;
}

function show(rows, title, moves = true) {
  listBefore = { rows, title, text: element("question").value };
  nextQuestion();
  closeTable();
  announce(title);
  asked = hits = [];
  lit = rows;
  const list = rows.slice(0, MOST_LISTED).map(row => ({ row, word: words[row], count: counts ? counts[row] : null }));
  element("panel").replaceChildren(make("p", title), tools(null), tableOf(["word", ...(counts ? ["count"] : [])], list, title));
  table.rows = rows.map(row => ({ word: words[row], count: counts ? counts[row] : null }));  // all of them are saved
  if (moves && rows.length) fit(rows);
  draw();
}

// The list of words that was shown last. Who opens a word of it comes back to it.
let listBefore = null;

function goBack() {
  if (lit || !listBefore || !(asked.length || hits.length || element("panel").querySelector(".error"))) return clear();
  showListAgain(listBefore);
  keepAddress({ q: listBefore.text }, true);
}

function showListAgain({ rows, title, text, seen }) {
  element("question").value = text;
  closeOffers();
  show(rows, title, false);
  if (seen) Object.assign(view, seen);
  listBefore.seen = seen;
  draw();
}

function showWayBack() {
  if (!listBefore) return;
  element("panel").prepend(make("button", `← ${listBefore.title}`, { type: "button", class: "back", onclick: goBack }));
}

function clear(isOwn = true) {
  listBefore = null;
  if (isOwn) askBeside("");
  nextQuestion();
  asked = hits = [];
  lit = null;
  element("question").value = "";
  closeOffers();
  welcome();
  draw();
  keepAddress({ q: "" });
}

// Some words to try: of each of the largest regions one that is seen often, is no function word, and lies among its like.
function exampleRows() {
  if (!regionOf || !regions[0]?.length) return [];
  const best = new Array(EXAMPLES).fill(-1);
  for (let row = Math.min(100, words.length >> 3); row < words.length && row < 700; row++) {
    const region = regionOf[row];
    if (region >= EXAMPLES || !/^(\p{Script=Hangul}{2,6}|\p{L}{4,12})$/u.test(words[row])) continue;
    if (best[region] < 0 || (trust && trust[row] !== 255 && trust[row] > trust[best[region]])) best[region] = row;
  }
  return best.filter(row => row >= 0);
}

// Examples are made of words that the page has.
function showExamples() {
  const has = new Set(words.length > 200000 ? words.slice(0, 200000) : words);
  const known = ["man:woman", "남자:여자", "poor:rich", "가난:부자", "good:bad", "happy:sad", "사랑:증오"].filter(text => text.split(":").every(word => has.has(word)));
  const first = words.slice(0, 4000).filter(word => /^\p{L}{2,8}$/u.test(word)).slice(words.length > 1000 ? 100 : 0);
  while (known.length < 2 && first.length >= 2) known.push(first.splice(0, 2).join(":"));
  const [across = "", up = ""] = known;
  for (const name of ["axis", "across"]) element(name).placeholder = across;
  element("up").placeholder = up;
  const sum = ["king - man + woman", "왕 - 남자 + 여자"].find(text => text.split(/ [-+] /).every(word => has.has(word)));
  element("question").placeholder = say(sum ? "question-sum" : "question", { sum });
}

function welcome() {
  if (isTable) return followView();
  const hints = scene?.space ? "hints-space" : window.matchMedia("(pointer: coarse)").matches ? "hints-touch" : "hints";
  const examples = exampleRows().map(row => words[row]);
  const tried = examples.length ? [make("p", [say("for-example"), ...examples.flatMap(word => [" ", make("button", make("bdi", word), {
    type: "button", class: "meant", onclick: () => askText(word) })])])] : [];
  element("panel").replaceChildren(make("p", say("welcome"), { id: "welcome" }), ...tried, make("p", say(hints)), make("p", say(packed ? "offline-some" : "offline")));
}

// ---- offers below the question -------------------------------------------------------------------------------------

let offered = -1, offeredRows = [];

function offer() {
  const input = element("question"), list = element("offers");
  const last = withoutSlash(input.value).split(/[ \t]+/).pop();
  offered = -1;
  if (!last || patternOf(last) || last.startsWith("/")) return closeOffers();
  for (let at = folded.length; at < words.length; at++) folded.push(fold(words[at]));
  const typed = fold(last), found = [];
  for (let row = 0; row < folded.length && found.length < MOST_OFFERS; row++) if (folded[row].startsWith(typed)) found.push(row);
  offeredRows = found;
  list.replaceChildren(...found.map((row, at) => make("li", make("bdi", words[row]), {
    role: "option", id: `offer-${at}`, "aria-selected": "false", onpointerdown: event => { event.preventDefault(); take(at); } })));
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function take(at) {
  const input = element("question"), row = offeredRows[at];
  const before = input.value.slice(0, input.value.length - input.value.split(/[ \t]+/).pop().length);
  if (before.trim()) {
    input.value = before + words[row];
    closeOffers();
    input.focus();
    askText(input.value);
  } else askAbout(row);
}

function closeOffers() {
  element("offers").hidden = true;
  element("question").setAttribute("aria-expanded", "false");
  element("question").removeAttribute("aria-activedescendant");
  offered = -1;
}

function listenToQuestion() {
  const input = element("question");
  input.addEventListener("input", offer);
  input.addEventListener("blur", closeOffers);
  input.addEventListener("keydown", event => {
    const offers = [...element("offers").children];
    if (element("offers").hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    offered = (offered + (event.key === "ArrowDown" ? 1 : -1) + offers.length) % offers.length;
    offers.forEach((each, at) => each.setAttribute("aria-selected", String(at === offered)));
    input.setAttribute("aria-activedescendant", `offer-${offered}`);
  });
  element("ask").addEventListener("submit", event => {
    event.preventDefault();
    if (offered >= 0) take(offered);
    else askText(input.value);
  });
}

// ---- the address, in which a view can be sent ----------------------------------------------------------------------

let address = {}, isApplying = false;

// With another question, or with a list that has none, the browser can go back to what was shown before.
function keepAddress(changes = {}, isStep = changes.q !== undefined && changes.q !== (address.q ?? "")) {
  if (isApplying) return;
  Object.assign(address, changes, {
    x: Math.round(view.x), y: Math.round(view.y), z: (view.scale / wholeScale).toFixed(3), colour: coloured, axis: coloured === "axis" ? axisText : "",
    across: axes ? axes[0] : "", up: axes ? axes[1] : "" });
  const kept = Object.entries(address).filter(([, value]) => value !== "" && (value !== "none" || scene));
  const hash = "#" + new URLSearchParams(Object.fromEntries(kept));
  if (!isStep || beside) return history.replaceState(history.state, "", hash);
  if (lit) lists.push(listBefore);
  history.pushState({ list: lit ? lists.length - 1 : null }, "", hash);
}

const lists = [];  // all lists of this page that the history of the browser leads to

async function showHistory(event) {
  const given = addressed(location.hash.slice(1)), text = (given.get("q") ?? "").slice(0, 500), list = lists[event.state?.list];
  isApplying = true;
  try {
    if (list) showListAgain(list);
    else if (text) await askText(text);
    else clear();
    takeView(given);
  } finally {
    isApplying = false;
  }
  address.q = text;
  draw();
}

function takeView(given) {
  const [x, y, z] = ["x", "y", "z"].map(name => parseFloat(given.get(name)));
  if (![x, y, z].every(Number.isFinite) || z <= 0) return;
  view.x = Math.max(0, Math.min(WORLD, x));
  view.y = Math.max(0, Math.min(WORLD, y));
  view.scale = Math.max(wholeScale / 3, Math.min(4, z * wholeScale));
}

// What an address says. One that names a word alone, such as #girl, asks for it.
function addressed(hash) {
  if (!hash || hash.includes("=")) return new URLSearchParams(hash);
  let word = hash;
  try {
    word = decodeURIComponent(hash);
  } catch {  // 100% stands for itself
  }
  return new URLSearchParams({ q: word });
}

async function applyAddress() {
  const given = addressed(location.hash.slice(1));
  isApplying = true;
  try {
    if (["none", "group", "count", "region", "trust"].includes(given.get("colour"))) coloured = given.get("colour");
    if (coloured === "group" && !scene?.groups.length) coloured = "none";
    if (given.get("colour") === "axis" && given.get("axis")) await colourByAxis(given.get("axis").slice(0, 500));
    element("colour").value = coloured;
    element("axis").hidden = coloured !== "axis";
    element("axis").value = axisText;
    if (given.get("across") && given.get("up")) {
      choosePlace("axes");
      element("across").value = given.get("across");
      element("up").value = given.get("up");
      await placeByAxes(given.get("across").slice(0, 500), given.get("up").slice(0, 500));
    }
    if (given.get("q")) await askText(given.get("q").slice(0, 500));
    takeView(given);
  } finally {
    isApplying = false;
  }
  if (given.get("q")) address.q = given.get("q");
  recolour();
}

// ---- all of it -----------------------------------------------------------------------------------------------------

let isBeingImproved = false;

function showMethod(isImproving) {
  isBeingImproved = isImproving;
  if (scene) {
    element("about").textContent = `${scene.caption} · ${say("offline-some")}`;
    element("ends").hidden = !nameDirections();
    return;
  }
  const how = axes ? say("method-axes", { across: axes[0], up: axes[1] }) : say(`method-${method}`, { landmarks: number(landmarks) });
  element("about").textContent = `${facts.model} · ${number(total)} × ${facts.vector_size} · ${how}${isImproving ? ` · ${say("improving")}` : ""} · ${say(packed ? "offline-some" : "offline")}`;
}

function setTheme(name) {
  theme = name;
  document.documentElement.dataset.theme = name;
  recolour();
}

function begin() {
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of document.querySelectorAll("[data-name]")) each.setAttribute("aria-label", say(each.dataset.name));
  for (const each of document.querySelectorAll("[data-title]")) each.title = say(each.dataset.title);
  element("question").placeholder = say("question");
  element("question").setAttribute("aria-label", say("question"));
  element("map").setAttribute("aria-label", say("map"));
  element("colour").addEventListener("change", event => {
    coloured = event.target.value;
    endAxisError();
    if (coloured === "moved") colourByMoved();
    element("axis").hidden = coloured !== "axis";
    if (coloured === "axis") element("axis").focus();
    recolour();
    keepAddress();
  });
  element("axis").addEventListener("keydown", event => {
    if (event.key === "Enter") colourByAxis(event.target.value.trim());
  });
  element("place").append(...["map", "axes"].map(name => make("option", say(`place-${name}`), { value: name })));
  element("place").addEventListener("change", event => {
    choosePlace(event.target.value);
    if (event.target.value === "axes") element("across").focus();
  });
  for (const name of ["across", "up"])
    element(name).addEventListener("keydown", event => {
      if (event.key !== "Enter") return;
      const [across, up] = ["across", "up"].map(each => element(each).value.trim());
      if (across && up) placeByAxes(across, up);
      else element(across ? "up" : "across").focus();
    });
  element("select").addEventListener("click", event => {
    chooseSelect(event.target.getAttribute("aria-pressed") !== "true");
  });
  element("table").addEventListener("click", toggleTable);
  element("whole").addEventListener("click", () => { clear(); fitAll(); });
  window.addEventListener("popstate", showHistory);
  if (beside) beside.onmessage = event => askText(event.data, HITS, false);
  element("theme").addEventListener("click", () => setTheme(theme === "light" ? "dark" : "light"));
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  if (!facts.theme) prefersDark.addEventListener("change", () => setTheme(prefersDark.matches ? "dark" : "light"));
  listenToMap();
  listenToPanel();
  listenToQuestion();
  welcome();
  fillColours();
  new ResizeObserver(resize).observe(element("map"));
  resize();
  setTheme(facts.theme || (prefersDark.matches ? "dark" : "light"));
  start();
}

begin();
