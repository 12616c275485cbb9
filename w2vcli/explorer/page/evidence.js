// The lines of the text behind an answer.

// What the text has to say stands below the list: lines with a word, or why two words are near.
async function showEvidence(title, promise, mine, parts) {
  const place = make("div", make("p", say("looking")), { id: "evidence" });
  element("evidence")?.remove();
  element("panel").append(place);
  const head = make("h3", title, { tabindex: "-1" });
  place.prepend(head);
  const found = await promise.catch(() => ({ error: say("gone") }));
  if (mine !== question || !place.isConnected) return;
  place.replaceChildren(head, ...(found.error ? [make("p", say("no-lines", { why: found.error }))] : parts(found)));
}

async function showLines(row, mine) {
  await showEvidence(say("lines"), source.lines(row), mine, found => [
    make("p", say("some-lines", { shown: number(found.lines.length), count: number(found.count) })), listOfLines(found.lines)]);
}

function listOfLines(lines) {
  return make("ul", lines.map(line => make("li", [
    make("bdi", [line.before, make("mark", line.word), line.after]),
    make("small", say("where", { file: line.file, line: number(line.line) })),
  ])), { class: "lines" });
}

// Why two words are near: the contexts of both, with the share of the similarity that is due to each.
async function showWhy(row, other) {
  const shown = showEvidence(say("why-two", { one: words[row], other: words[other] }), source.why(row, other), question, found => {
    const [one, two] = found.words;
    const heads = ["context", "share", one, two];
    const body = found.contexts.map(({ context, share, count1, count2 }) =>
      make("tr", [make("td", make("bdi", context), { class: "name" }), make("td", `${(100 * share).toFixed(1)} %`),
                  make("td", number(count1)), make("td", number(count2))]));
    const head = heads.map((name, at) => make("th", at < 2 ? say(name) : make("bdi", name), { scope: "col", ...(at ? {} : { class: "name" }) }));
    return [
      make("p", say("why-sum", { similarity: found.similarity.toFixed(3), share: Math.round(100 * found.accounted), together: number(found.together) })),
      make("table", [make("thead", make("tr", head)), make("tbody", body)], { "aria-label": say("why-two", { one, other: two }) }),
      listOfLines(found.lines),
      ...(asked.length === 1 ? [make("button", say("lines-of", { word: words[asked[0]] }), { type: "button", onclick: () => showLines(asked[0], question) })] : []),
    ];
  });
  element("evidence").querySelector("h3").focus();
  element("evidence").scrollIntoView({ block: "nearest" });
  await shown;
}
