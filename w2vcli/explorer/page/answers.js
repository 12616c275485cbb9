// The answer as a list, to be copied and saved, or the message that says why there is none.

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
