// Patterns, and words that are selected on the map.

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
