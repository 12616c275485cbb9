// The beginning: everything is put together and listens.

let isBeingImproved = false;

function showMethod(isImproving) {
  isBeingImproved = isImproving;
  if (scene) {
    element("about").textContent = `${scene.caption} · ${say("offline-some")}`;
    element("ends").hidden = !nameDirections();
    return;
  }
  const how = axes ? say("method-axes", { across: axes[0], up: axes[1] }) : say(`method-${method}`, { landmarks: number(landmarks) });
  element("about").textContent = `${facts.model} · ${number(total)} × ${facts.vector_size} · ${how}${isImproving ? ` · ${say("improving")}` : ""} · ${say(packed ? "offline-some" : "offline")}`;
}

function setTheme(name) {
  theme = name;
  document.documentElement.dataset.theme = name;
  recolour();
}

function begin() {
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of document.querySelectorAll("[data-name]")) each.setAttribute("aria-label", say(each.dataset.name));
  for (const each of document.querySelectorAll("[data-title]")) each.title = say(each.dataset.title);
  element("question").placeholder = say("question");
  element("question").setAttribute("aria-label", say("question"));
  element("map").setAttribute("aria-label", say("map"));
  element("colour").addEventListener("change", event => {
    coloured = event.target.value;
    endAxisError();
    if (coloured === "moved") colourByMoved();
    element("axis").hidden = coloured !== "axis";
    if (coloured === "axis") element("axis").focus();
    recolour();
    keepAddress();
  });
  element("axis").addEventListener("keydown", event => {
    if (event.key === "Enter") colourByAxis(event.target.value.trim());
  });
  element("place").append(...["map", "axes"].map(name => make("option", say(`place-${name}`), { value: name })));
  element("place").addEventListener("change", event => {
    choosePlace(event.target.value);
    if (event.target.value === "axes") element("across").focus();
  });
  for (const name of ["across", "up"])
    element(name).addEventListener("keydown", event => {
      if (event.key !== "Enter") return;
      const [across, up] = ["across", "up"].map(each => element(each).value.trim());
      if (across && up) placeByAxes(across, up);
      else element(across ? "up" : "across").focus();
    });
  element("select").addEventListener("click", event => {
    chooseSelect(event.target.getAttribute("aria-pressed") !== "true");
  });
  element("table").addEventListener("click", toggleTable);
  element("whole").addEventListener("click", () => { clear(); fitAll(); });
  window.addEventListener("popstate", showHistory);
  if (beside) beside.onmessage = event => askText(event.data, HITS, false);
  element("theme").addEventListener("click", () => setTheme(theme === "light" ? "dark" : "light"));
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  if (!facts.theme) prefersDark.addEventListener("change", () => setTheme(prefersDark.matches ? "dark" : "light"));
  listenToMap();
  listenToPanel();
  listenToQuestion();
  welcome();
  fillColours();
  new ResizeObserver(resize).observe(element("map"));
  resize();
  setTheme(facts.theme || (prefersDark.matches ? "dark" : "light"));
  start();
}

begin();
