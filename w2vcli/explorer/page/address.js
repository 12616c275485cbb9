// The address, in which a view can be sent.

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
