// A picture of chosen words: their groups, the arrows between them, how sure they are, and space that can be turned.

const NO_GROUP = 255;
const FEW = 100, SOME = 500;  // so few words have all their labels, and so many have points that labels keep off

// What such a page has besides words and places, null in a map of a whole model.
let scene = null;
const hiddenGroups = new Set();

function takeScene(packet) {
  scene = packet;
  scene.yaw = -0.5;
  scene.pitch = 0.35;
  if (scene.groups.length) coloured = "group";
  if (scene.space) turn(0, 0);
}

function groupNames() {
  return [...scene.groups.map(group => group.name), say("no-group")];
}

// What is known of a word besides its count: its group, and whether its neighbours come again in variants.
function aboutInScene(row) {
  if (!scene) return [];
  const group = scene.group_of[row];
  return [...(group === NO_GROUP ? [] : [say("in-group", { group: scene.groups[group].name })]),
    ...(scene.again ? [say("again-words", { share: Math.round(100 * scene.again[row]), variants: scene.variants })] : [])];
}

// Give each word the colour of its group, or none if the group is hidden. Words of no group stand back.
function colourByGroup() {
  const own = scene.groups.map(group => colorOfCss(group.colors[theme]));
  colors = [...own, colorOfCss(THEMES[theme].faint)];
  for (let at = 0; at < words.length; at++) {
    const group = Math.min(scene.group_of[at], own.length);
    colorOf[at] = hiddenGroups.has(group) ? HIDDEN : group;
  }
  const used = groupNames().map((name, at) => [name, at])
    .filter(([, at]) => at < own.length || scene.group_of.includes(NO_GROUP));
  element("legend").replaceChildren(make("ul", used.map(([name, at]) => make("li", make("button",
    [badge(at), make("bdi", name)], { type: "button", "aria-pressed": String(!hiddenGroups.has(at)), title: name,
      onclick: () => hideGroup(at) })))));
  element("legend").hidden = false;
}

function hideGroup(at) {
  if (!hiddenGroups.delete(at)) hiddenGroups.add(at);
  recolour();
  element("legend").querySelectorAll("button")[at]?.focus();
}

function shapeOfGroup(at) {
  return at < scene.groups.length ? scene.groups[at].shape : "o";
}

function badge(group) {
  const made = make("canvas", "", { width: 28, height: 28 }), context = made.getContext("2d");
  context.fillStyle = cssOf(colors[group]);
  shapePath(context, shapeOfGroup(group), 14, 14, 9);
  context.fill();
  return made;
}

// How the painter draws words of a scene: in the shape of their group, and the fainter the less sure.
function looks() {
  if (!scene) return { shapeOf: null, opacityOf: null };
  const many = words.length;
  return {
    shapeOf: coloured === "group" ? row => shapeOfGroup(scene.group_of[row]) : null,
    opacityOf: scene.opacities ? row => scene.opacities[row] / 100 : null,
    labelOpacityOf: scene.opacities ? row => scene.opacities[many + row] / 100 : null,
  };
}

// A picture of few words has larger points; in space, what is in front is larger.
function sizeInScene(row) {
  const few = words.length <= SOME ? 1.5 : 1;
  return few * (scene.space ? 1 + 0.35 * scene.depths[row] : 1);
}

// Where the outline of a shape goes. The names are matplotlib's.
function shapePath(context, shape, x, y, size) {
  const corners = {
    s: [[-.85, -.85], [.85, -.85], [.85, .85], [-.85, .85]],
    "^": [[0, -1.1], [1.05, .8], [-1.05, .8]],
    v: [[0, 1.1], [1.05, -.8], [-1.05, -.8]],
    D: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
    P: [[-.35, -1], [.35, -1], [.35, -.35], [1, -.35], [1, .35], [.35, .35], [.35, 1], [-.35, 1], [-.35, .35], [-1, .35], [-1, -.35], [-.35, -.35]],
    X: [[0, -.5], [.55, -1.05], [1.05, -.55], [.5, 0], [1.05, .55], [.55, 1.05], [0, .5], [-.55, 1.05], [-1.05, .55], [-.5, 0], [-1.05, -.55], [-.55, -1.05]],
    "*": Array.from({ length: 10 }, (_, at) => {
      const away = at % 2 ? .5 : 1.25, angle = at * Math.PI / 5 - Math.PI / 2;
      return [away * Math.cos(angle), away * Math.sin(angle)];
    }),
  }[shape];
  context.beginPath();
  if (!corners) context.arc(x, y, size, 0, 2 * Math.PI);
  else {
    corners.forEach(([across, down]) => context.lineTo(x + size * across, y + size * down));
    context.closePath();
  }
}

// Turn space by so many dots, and put the words where they are seen then.
function turn(x, y) {
  scene.yaw += x * 0.008;
  scene.pitch = Math.max(-1.5, Math.min(1.5, scene.pitch + y * 0.008));
  const many = scene.space.length / 3;
  scene.depths ??= new Float32Array(many);
  scene.places ??= new Float32Array(2 * many);
  for (let at = 0; at < many; at++) {
    const [across, up, depth] = seenFrom(scene.space[3 * at], scene.space[3 * at + 1], scene.space[3 * at + 2]);
    scene.places[2 * at] = across;
    scene.places[2 * at + 1] = up;
    scene.depths[at] = depth;
  }
}

function seenFrom(x, y, z) {
  const { yaw, pitch } = scene;
  const across = x * Math.cos(yaw) + z * Math.sin(yaw), away = z * Math.cos(yaw) - x * Math.sin(yaw);
  const up = y * Math.cos(pitch) - away * Math.sin(pitch), depth = y * Math.sin(pitch) + away * Math.cos(pitch);
  return [WORLD * (0.5 + 0.48 * across), WORLD * (0.5 + 0.48 * up), depth];
}

// Draw what is not a point: the directions of space, and the arrows.
function drawLines(colours) {
  if (!scene || axes) return;
  const context = labels.context;
  context.strokeStyle = colours.faint;
  if (scene.space) drawDirections(context, colours);
  context.strokeStyle = context.fillStyle = colours.faint;
  context.lineWidth = 1.5;
  for (const [from, to] of scene.arrows) drawArrow(context, screenOf(from), screenOf(to));
  context.setLineDash([]);
}

function drawDirections(context, colours) {
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  [[.8, 0, 0], [0, .8, 0], [0, 0, .8]].forEach(([x, y, z], at) => {
    const low = onScreen(...seenFrom(-x, -y, -z)), high = onScreen(...seenFrom(x, y, z));
    context.beginPath();
    context.moveTo(...low);
    context.lineTo(...high);
    context.stroke();
    if (scene.axis_names) labels.put(scene.axis_names[at], ...high, 4, { size: 11, weight: 400, color: colours.faint, at: -1 }, FAR_ANSWER);
  });
  context.setLineDash([]);
}

function drawArrow(context, [x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1), gap = 9;
  if (length < 2 * gap) return;
  const [across, down] = [(x2 - x1) / length, (y2 - y1) / length];
  const [endX, endY] = [x2 - gap * across, y2 - gap * down];
  context.setLineDash(scene.is_sure ? [] : [2, 4]);
  context.beginPath();
  context.moveTo(x1 + gap * across, y1 + gap * down);
  context.lineTo(endX, endY);
  context.stroke();
  context.beginPath();
  context.moveTo(endX, endY);
  for (const side of [1, -1]) context.lineTo(endX - 9 * across - side * 4 * down, endY - 9 * down + side * 4 * across);
  context.closePath();
  context.fill();
}

// The names of the two directions of a plane stand at its border.
function nameDirections() {
  const names = scene && !scene.space && scene.axis_names;
  element("ends").classList.toggle("directions", Boolean(names));
  if (!names) return false;
  [...element("ends").children].forEach((end, at) => { end.textContent = at === 0 ? names[1] : at === 2 ? names[0] : ""; });
  return true;
}
