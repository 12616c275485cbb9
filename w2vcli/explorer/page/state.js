// What the page knows: its words, its colours and what is shown, which all the scripts behind this one read and change.

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
