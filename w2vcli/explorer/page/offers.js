// Words that are offered below the question while one types.

let offered = -1, offeredRows = [];

function offer() {
  const input = element("question"), list = element("offers");
  const last = withoutSlash(input.value).split(/[ \t]+/).pop();
  offered = -1;
  if (!last || patternOf(last) || last.startsWith("/")) return closeOffers();
  for (let at = folded.length; at < words.length; at++) folded.push(fold(words[at]));
  const typed = fold(last), found = [];
  for (let row = 0; row < folded.length && found.length < MOST_OFFERS; row++) if (folded[row].startsWith(typed)) found.push(row);
  offeredRows = found;
  list.replaceChildren(...found.map((row, at) => make("li", make("bdi", words[row]), {
    role: "option", id: `offer-${at}`, "aria-selected": "false", onpointerdown: event => { event.preventDefault(); take(at); } })));
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function take(at) {
  const input = element("question"), row = offeredRows[at];
  const before = input.value.slice(0, input.value.length - input.value.split(/[ \t]+/).pop().length);
  if (before.trim()) {
    input.value = before + words[row];
    closeOffers();
    input.focus();
    askText(input.value);
  } else askAbout(row);
}

function closeOffers() {
  element("offers").hidden = true;
  element("question").setAttribute("aria-expanded", "false");
  element("question").removeAttribute("aria-activedescendant");
  offered = -1;
}

function listenToQuestion() {
  const input = element("question");
  input.addEventListener("input", offer);
  input.addEventListener("blur", closeOffers);
  input.addEventListener("keydown", event => {
    const offers = [...element("offers").children];
    if (element("offers").hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    offered = (offered + (event.key === "ArrowDown" ? 1 : -1) + offers.length) % offers.length;
    offers.forEach((each, at) => each.setAttribute("aria-selected", String(at === offered)));
    input.setAttribute("aria-activedescendant", `offer-${offered}`);
  });
  element("ask").addEventListener("submit", event => {
    event.preventDefault();
    if (offered >= 0) take(offered);
    else askText(input.value);
  });
}
