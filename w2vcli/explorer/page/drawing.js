// What is painted: points, labels, and what stands out of them.

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
