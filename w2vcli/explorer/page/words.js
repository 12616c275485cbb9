// The words: how they arrive, and the map that takes the place of the one before.

function add(packet) {
  const first = words.length;
  for (const word of packet.words) words.push(word);
  if (packet.counts) {
    const more = new Float64Array(words.length);
    if (counts) more.set(counts);
    more.set(packet.counts, first);
    counts = more;
    mostCount = Math.max(mostCount, counts[0], 2);
  }
  const places = new Float32Array(2 * words.length);
  places.set(xy.subarray(0, 2 * first));
  places.set(packet.places, 2 * first);
  xy = places;
  mapPlaces = places.slice();
}

async function start() {
  const first = await source.packet(0, FIRST_PACKET);
  if (first.groups) takeScene(first);
  add(first);
  takeMap(first);
  fitAll();
  welcome();
  applyAddress();
  recolour();
  document.documentElement.dataset.ready = "yes";
  while (source.isWhole && words.length < total) {
    add(await source.packet(words.length, PACKET));
    recolour();
  }
  document.documentElement.dataset.whole = "yes";
  showExamples();
  draw();
  if (source.isWhole) watch();
}

function takeMap(packet) {
  regions = packet.regions || [];
  method = packet.method;
  landmarks = packet.landmarks || 0;
  version = packet.version;
  if (packet.region_of) regionOf = packet.region_of;
  if (packet.trust) trust = packet.trust;
  showMethod(packet.improving);
  fillColours();
  if (element("welcome")) welcome();  // it names words of regions
}

// Wait for a better map, and let the points go to their new places.
async function watch() {
  for (;;) {
    await new Promise(done => setTimeout(done, 1500));
    let found;
    try {
      found = await source.map(version);
    } catch {
      return;  // the program has ended
    }
    if (found.places) {
      takeMap(found);
      mapPlaces = Float32Array.from(found.places);
      if (!axes) moveTo(mapPlaces);
    }
    if (!found.improving) return;
  }
}

function prefersLessMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function moveTo(places) {
  const mine = ++moves;
  const from = xy.slice(), begun = performance.now(), many = Math.min(xy.length, places.length);
  const step = () => {
    if (mine !== moves) return;
    const share = prefersLessMotion() ? 1 : Math.min(1, (performance.now() - begun) / 900), eased = share * share * (3 - 2 * share);
    for (let at = 0; at < many; at++) xy[at] = from[at] + (places[at] - from[at]) * eased;
    if (share < 1) {
      paint();
      requestAnimationFrame(step);
      return;
    }
    document.documentElement.dataset.map = axes ? "axes" : method;
    fitAll();
    if (asked.length || hits.length) fit([...asked, ...hits.map(hit => hit.row)]);
    recolour();
    keepAddress();
  };
  step();
}
