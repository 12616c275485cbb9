// Moving about: zooming, dragging, pointing, keys.

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
