// What the picture shows, for those who read it: a table of the words in view, and what has just been answered.

const FIRST_LISTED = 50;
let isTable = false, tableTimer = 0, mostInTable = FIRST_LISTED;

// Have a screen reader say it.
function announce(text) {
  element("said").textContent = text;
}

function announceAnswer(found, text) {
  const value = hit => hit[found.measure || "similarity"];
  const first = found.hits.slice(0, 3).map(hit => `${hit.word} ${(value(hit) ?? 0).toFixed(2)}`).join(", ");
  announce(say("said-answer", { word: text, count: number(found.hits.length), first }));
}

function toggleTable() {
  isTable = !isTable;
  mostInTable = FIRST_LISTED;
  element("table").setAttribute("aria-pressed", String(isTable));
  if (!isTable) return welcome();
  listInView();
  element("panel").querySelector("h2").focus();
}

function closeTable() {
  isTable = false;
  element("table").setAttribute("aria-pressed", "false");
}

// The table follows the map, once this has come to rest.
function followView() {
  if (!isTable) return;
  clearTimeout(tableTimer);
  tableTimer = setTimeout(() => { if (isTable) listInView(); }, 250);
}

function listInView() {
  const rows = [];
  let count = 0;
  for (let row = 0; row < words.length; row++) {
    const [x, y] = screenOf(row);
    if (!isInView(x, y) || colorOf[row] === HIDDEN) continue;
    count++;
    if (rows.length < mostInTable) rows.push({ row, word: words[row], count: counts ? counts[row] : null, region: regionName(row), ...placeInView(x, y) });
  }
  const values = axes ? axisColumns : coloured === "axis" && axisValues ? [axisColumn({ ends: axisEnds, values: axisValues })] : [];
  for (const each of rows) for (const column of values) each[column.name] = Number.isNaN(column.values[each.row]) ? null : column.values[each.row];
  const columns = ["word", ...(counts ? ["count"] : []), ...(rows.some(row => row.region) && !axes ? [scene ? "group" : "region"] : []), ...new Set(values.map(({ name }) => name)), ...(values.length ? [] : ["x", "y"])];
  if (scene) for (const row of rows) row.group = row.region;
  const arrows = scene ? scene.arrows.map(([from, to]) => make("li", make("bdi", `${words[from]} → ${words[to]}`))) : [];
  const scrolled = element("panel").scrollTop, focused = document.activeElement?.dataset?.row;
  element("panel").replaceChildren(make("h2", say("table"), { tabindex: "-1" }),
    make("p", say("in-table", { shown: number(rows.length), count: number(count) })),
    make("p", say(values.length ? "on-axis" : "in-table-places")),
    tableOf(columns, rows, say("table")), ...(arrows.length ? [make("ul", arrows)] : []),
    tools(rows.length < count && mostInTable < MOST_LISTED ? () => { mostInTable *= 2; listInView(); } : null));
  element("panel").scrollTop = scrolled;
  if (focused) element("panel").querySelector(`[data-row="${focused}"]`)?.focus();
  return rows;
}

// The region of the map or the group of the picture in which a word is.
function regionName(row) {
  if (scene) return scene.group_of[row] === NO_GROUP ? "" : scene.groups[scene.group_of[row]].name;
  return regionOf && row < regionOf.length && regions[0]?.length ? regions[0][regionOf[row]]?.name ?? "" : "";
}

// Where a point is in what is in view, in per cent from the left and from below.
function placeInView(x, y) {
  return { x: String(Math.round(100 * x / painter.width)), y: String(Math.round(100 - 100 * y / painter.height)) };
}
