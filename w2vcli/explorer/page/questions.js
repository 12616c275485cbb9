// Questions, and the one whose answer is awaited.

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
