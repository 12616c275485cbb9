"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const plot = document.getElementById("plot");
const panel = document.querySelector("aside");
const input = document.querySelector("input");
const found = document.getElementById("found");

const flat = data.points.length === 2;
const [xs, ys, zs] = data.points;
const MOST_LABELS = flat ? 250 : 40;
const MOST_FOUND = 12;
const MOST_LETTERS = 36;
const FONT = "12px system-ui, sans-serif";
const TYPE = flat ? (xs.length > 2000 ? "scattergl" : "scatter") : "scatter3d";
const SIZE = xs.length > 2000 ? 4 : xs.length > 200 || !flat ? 6 : 9;

// The places of words in the order of their frequency: the first have their labels first.
const byFrequency = [...data.words.keys()].sort((a, b) => data.rows[a] - data.rows[b]);
const searchable = data.words.map(fold);
const measure = document.createElement("canvas").getContext("2d");
measure.font = FONT;
const widths = data.words.map(word => measure.measureText(word).width);

let theme = data.theme;
let chosen = null;

function fold(text) {
  return text.normalize("NFC").toLowerCase();
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

// A name in the legend, which has to leave room for the points; the whole name is told at each point.
function shortened(name) {
  const letters = [...name];
  return letters.length > MOST_LETTERS ? letters.slice(0, MOST_LETTERS - 1).join("") + "…" : name;
}

// What is drawn by WebGL knows tags, but no entities.
// It also keeps glyphs in an object by their text, where "constructor" and other names are found before they are put.
function untagged(text) {
  if (flat) return escaped(text);
  return text in {} ? text + "\u200b" : text.replace(/</g, "<\u200b");
}

function again(at) {
  return `${Math.round(100 * data.again[at])} % of its nearest words come again in ${data.variants} variants`;
}

function hover(at) {
  const lines = [`<b>${escaped(data.words[at])}</b>`];
  if (data.counts) lines.push(`count ${data.counts[at].toLocaleString("en")}`);
  if (data.group_of[at] >= 0) lines.push(escaped(data.groups[data.group_of[at]].name));
  if (data.again) lines.push(again(at));
  data.neighbours[at].forEach((other, rank) =>
    lines.push(`${data.similarities[at][rank].toFixed(4)}  ${escaped(data.words[other])}`));
  return lines.join("<br>");
}

// A colour that is faded as much as a point (0) or a label (1) of a word is. It is mixed with that of the background,
// since WebGL draws a point that is half transparent in other colours.
function faded(color, what, at) {
  const opacity = data.opacities[what][at], behind = data.themes[theme].background;
  const mixed = [1, 3, 5].map(from => {
    const [one, other] = [color, behind].map(hex => parseInt(hex.slice(from, from + 2), 16));
    return Math.round(opacity * one + (1 - opacity) * other).toString(16).padStart(2, "0");
  });
  return "#" + mixed.join("");
}

function pointColors(group) {
  return data.opacities ? members[group].map(at => faded(color(group), 0, at)) : color(group);
}

function pick(values, places) {
  return places.map(at => values[at]);
}

function coordinates(places) {
  const result = { x: pick(xs, places), y: pick(ys, places) };
  if (!flat) result.z = pick(zs, places);
  return result;
}

// A trace for each group, then one for words of no group; behind them what is chosen, and the labels.
const members = data.groups.map(() => []);
members.push([]);
data.group_of.forEach((group, at) => members[group < 0 ? data.groups.length : group].push(at));
// The legend shows the colour of the first: that of the word which is faded least.
if (data.again) members.forEach(places => places.sort((a, b) => data.again[b] - data.again[a]));

function color(group) {
  if (group < data.groups.length) return data.groups[group].colors[theme];
  return data.groups.length ? data.themes[theme].faint : data.themes[theme].first;
}

const traces = members.map((places, group) => ({
  type: TYPE, mode: "markers", ...coordinates(places),
  name: group < data.groups.length ? escaped(shortened(data.groups[group].name)) : "without a group",
  showlegend: data.groups.length > 0 && places.length > 0,
  customdata: places, text: places.map(hover), hovertemplate: "%{text}<extra></extra>",
  marker: {
    color: pointColors(group), size: SIZE,
    symbol: flat && group < data.groups.length ? data.groups[group].symbol : "circle",
  },
}));
const CHOSEN = traces.length, LABELS = CHOSEN + 1;
const line = { color: data.themes[theme].text, width: 2 };
traces.push({ type: flat ? "scatter" : "scatter3d", mode: "markers", x: [], y: [], ...(flat ? {} : { z: [] }),
  hoverinfo: "skip", showlegend: false,
  marker: { symbol: "circle-open", size: SIZE + 8, color: data.themes[theme].text, line } });
// Its markers are not seen, but push the labels off the points.
traces.push({ type: flat ? "scatter" : "scatter3d", mode: "markers+text", x: [], y: [], ...(flat ? {} : { z: [] }), text: [],
  textposition: "top center", textfont: { size: 12, color: data.themes[theme].text, ...(flat ? { shadow: "auto" } : {}) },
  hoverinfo: "skip", showlegend: false, marker: { size: SIZE, opacity: 0 } });
if (!flat) {
  for (const [start, end] of data.arrows) {
    traces.push({ type: "scatter3d", mode: "lines", ...coordinates([start, end]), hoverinfo: "skip",
      showlegend: false, line: { color: data.themes[theme].faint, width: 4 } });
  }
}

function axis(at) {
  const colors = data.themes[theme];
  const title = { text: data.axis_names ? data.axis_names[at] : "", font: { color: colors.faint } };
  return { title, showticklabels: false, zeroline: false, showgrid: !flat, gridcolor: colors.line, showline: false,
    backgroundcolor: colors.background, ...(flat ? {} : { showspikes: false }) };
}

function layout() {
  const colors = data.themes[theme];
  const common = {
    paper_bgcolor: colors.background, plot_bgcolor: colors.background, font: { color: colors.text },
    margin: { l: 40, r: 10, t: 10, b: 30 }, dragmode: flat ? "pan" : "turntable", hovermode: "closest",
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", maxheight: 0.25 }, uirevision: 1,
    hoverlabel: { align: "left", bgcolor: colors.background, font: { color: colors.text } },
  };
  if (!flat) return { ...common, scene: { xaxis: axis(0), yaxis: axis(1), zaxis: axis(2), aspectmode: "data" } };
  const arrows = data.arrows.map(([start, end]) => ({
    x: xs[end], y: ys[end], ax: xs[start], ay: ys[start], xref: "x", yref: "y", axref: "x", ayref: "y",
    text: "", showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: colors.faint, standoff: 5, startstandoff: 5,
  }));
  return { ...common, xaxis: axis(0), yaxis: { ...axis(1), scaleanchor: "x" }, annotations: arrows };
}

function neighbourhood() {
  return chosen === null ? [] : [chosen, ...data.neighbours[chosen]];
}

function isShown(at) {
  const group = data.group_of[at] < 0 ? data.groups.length : data.group_of[at];
  return plot.data[group].visible !== "legendonly";
}

// The labels that have room in what is now to be seen: the chosen word's and its neighbours' first.
function labelled() {
  const wanted = [...new Set([...neighbourhood(), ...byFrequency])].filter(isShown);
  if (!flat) return wanted.slice(0, MOST_LABELS);
  const { xaxis, yaxis } = plot._fullLayout;
  const places = [], boxes = [];
  for (const at of wanted) {
    const x = xaxis.d2p(xs[at]), y = yaxis.d2p(ys[at]);
    if (x < 0 || y < 0 || x > xaxis._length || y > yaxis._length) continue;
    const box = [x - widths[at] / 2 - 2, y - 20 - SIZE / 2, x + widths[at] / 2 + 2, y - SIZE / 2];
    if (boxes.some(other => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    boxes.push(box);
    places.push(at);
    if (places.length === MOST_LABELS) break;
  }
  return places;
}

let isWaiting = false;

function drawLabels() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    const places = labelled(), { x, y, z } = coordinates(places);
    const update = { x: [x], y: [y], text: [places.map(at => untagged(data.words[at]))] };
    if (data.opacities) update["textfont.color"] = [places.map(at => faded(data.themes[theme].text, 1, at))];
    Plotly.restyle(plot, flat ? update : { ...update, z: [z] }, [LABELS]);
  });
}

function showPanel() {
  if (chosen === null) {
    panel.innerHTML = "<p>Click a point, or search a word, to see its nearest neighbours. " +
      (flat ? "The wheel zooms, dragging moves." : "The wheel zooms, dragging turns.") + "</p>";
    return;
  }
  panel.replaceChildren();
  const heading = document.createElement("h2");
  heading.textContent = data.words[chosen];
  const about = document.createElement("p");
  const facts = [];
  if (data.counts) facts.push(`count ${data.counts[chosen].toLocaleString("en")}`);
  if (data.group_of[chosen] >= 0) facts.push(data.groups[data.group_of[chosen]].name);
  if (data.again) facts.push(again(chosen));
  about.textContent = facts.join(" · ");
  const table = document.createElement("table");
  table.innerHTML = "<thead><tr><th>nearest of these words</th><th>similarity</th></tr></thead>";
  const body = table.createTBody();
  data.neighbours[chosen].forEach((other, rank) => {
    const row = body.insertRow(), button = document.createElement("button");
    button.type = "button";
    button.textContent = data.words[other];
    button.addEventListener("click", () => choose(other));
    row.insertCell().append(button);
    row.insertCell().textContent = data.similarities[chosen][rank].toFixed(4);
  });
  panel.append(heading, about, table);
}

function choose(at, isToZoom = true) {
  chosen = at;
  showPanel();
  const { x, y, z } = coordinates(neighbourhood());
  Plotly.restyle(plot, flat ? { x: [x], y: [y] } : { x: [x], y: [y], z: [z] }, [CHOSEN]);
  if (at !== null) history.replaceState(null, "", "#" + encodeURIComponent(data.words[at]));
  if (at !== null && flat && isToZoom) {
    const around = (values, share) => {
      const reach = (Math.max(...values) - Math.min(...values) || 1) * share;
      return [values[at] - reach, values[at] + reach];
    };
    const share = xs.length > 200 ? 0.1 : 0.3;
    Plotly.relayout(plot, { "xaxis.range": around(xs, share), "yaxis.range": around(ys, share) });
  }
  drawLabels();
}

// A word in the address that is no valid escape, such as 100%, stands for itself.
function wordOfAddress(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function showAll() {
  history.replaceState(null, "", " ");
  input.value = "";
  showFound();
  choose(null);
  Plotly.relayout(plot, flat ? { "xaxis.autorange": true, "yaxis.autorange": true }
    : { "scene.camera": { eye: { x: 1.25, y: 1.25, z: 1.25 } } });
}

// The words that are as typed, then those that begin so, then those that have it in them; the frequent ones first.
function search(text) {
  const asked = fold(text.trim());
  if (!asked) return [];
  const rank = at => (searchable[at] === asked ? 0 : searchable[at].startsWith(asked) ? 1 : 2);
  return byFrequency.filter(at => searchable[at].includes(asked)).sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FOUND);
}

let marked = 0;

function showFound() {
  const places = search(input.value);
  marked = Math.min(marked, Math.max(places.length - 1, 0));
  found.hidden = !input.value.trim();
  input.setAttribute("aria-expanded", String(!found.hidden));
  found.replaceChildren(...places.map((at, order) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(order === marked));
    item.textContent = data.words[at];
    item.addEventListener("mousedown", () => accept(at));
    return item;
  }));
  if (!found.hidden && !places.length) {
    found.innerHTML = '<li class="none">not among these words</li>';
  }
  return places;
}

function accept(at) {
  input.value = data.words[at];
  found.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose(at);
}

input.addEventListener("input", () => { marked = 0; showFound(); });
input.addEventListener("blur", () => { found.hidden = true; });
input.addEventListener("keydown", event => {
  if (event.isComposing) return; // Hangul that is being put together
  const places = search(input.value);
  if (event.key === "Enter" && places.length) accept(places[marked]);
  else if (event.key === "ArrowDown") marked = Math.min(marked + 1, places.length - 1);
  else if (event.key === "ArrowUp") marked = Math.max(marked - 1, 0);
  else if (event.key === "Escape") showAll();
  else return;
  event.preventDefault();
  if (event.key.startsWith("Arrow")) showFound();
});
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.select(); }
});
document.getElementById("all").addEventListener("click", showAll);
document.getElementById("theme").addEventListener("click", () => {
  theme = theme === "light" ? "dark" : "light";
  useTheme();
  const text = data.themes[theme].text;
  members.forEach((_, group) => Plotly.restyle(plot, { "marker.color": [pointColors(group)] }, [group]));
  Plotly.restyle(plot, { "marker.color": text, "marker.line.color": text }, [CHOSEN]);
  Plotly.restyle(plot, { "textfont.color": text }, [LABELS]);
  const { xaxis, yaxis } = plot._fullLayout;
  const next = layout();
  if (flat) { // stay where the reader is
    next.xaxis.range = xaxis.range.slice();
    next.yaxis.range = yaxis.range.slice();
  }
  Plotly.relayout(plot, next);
});

function useTheme() {
  const colors = data.themes[theme];
  for (const name of ["background", "text", "faint", "line"]) {
    document.documentElement.style.setProperty(`--${name}`, colors[name]);
  }
  document.documentElement.style.setProperty("--accent", colors.first);
  document.documentElement.style.colorScheme = theme;
}

useTheme();
showPanel();
const options = { responsive: true, scrollZoom: true, displaylogo: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
Plotly.newPlot(plot, traces, layout(), options).then(() => {
  plot.on("plotly_relayout", drawLabels);
  plot.on("plotly_restyle", ([change]) => { if ("visible" in change) drawLabels(); });
  plot.on("plotly_legenddoubleclick", () => { setTimeout(drawLabels, 400); });
  plot.on("plotly_click", event => {
    const at = event.points[0].customdata;
    if (at !== undefined) choose(at, false);
  });
  const asked = data.words.indexOf(wordOfAddress(location.hash.slice(1)));
  if (asked >= 0) choose(asked);
  else drawLabels();
});
