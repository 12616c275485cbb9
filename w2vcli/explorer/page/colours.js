// Colours of the points, and their legend.

function fillColours() {
  const select = element("colour"), now = coloured;
  const known = [...(scene?.groups.length ? ["group"] : []), "none", ...(counts ? ["count"] : []), ...(regionOf ? ["region"] : []), ...(trust ? ["trust"] : []), ...(facts.beside ? ["moved"] : []), "axis"];
  select.replaceChildren(...known.map(name => make("option", say(`colour-${name}`), { value: name })));
  select.value = known.includes(now) ? now : "none";
}

function scaleOf(low, high, steps = 64) {
  return Array.from({ length: steps }, (_, at) => mixed(colorOfCss(high), colorOfCss(low), at / (steps - 1)));
}

function twoEnds() {
  const [low, middle, high] = THEMES[theme].ends;
  return [...scaleOf(low, middle, 32), ...scaleOf(middle, high, 32)];
}

function recolour() {
  const colours = THEMES[theme];
  const many = words.length;
  colorOf = new Uint8Array(many);
  colors = [colorOfCss(colours.point)];
  element("legend").hidden = true;
  if (coloured === "group") colourByGroup();
  else if (coloured === "count" && counts) {
    colors = scaleOf(colours.low, colours.high);
    const most = Math.log(mostCount), least = Math.log(Math.max(1, counts[many - 1]));
    for (let at = 0; at < many; at++)
      colorOf[at] = Math.max(0, Math.min(63, Math.round(63 * (Math.log(Math.max(1, counts[at])) - least) / (most - least || 1))));
    legend(number(Math.round(Math.exp(least))), number(mostCount));
  } else if (coloured === "region" && regionOf) {
    colors = colours.palette.map(colorOfCss);
    element("legend").replaceChildren(make("p", say("legend-region")));
    element("legend").hidden = false;
    for (let at = 0; at < many; at++) colorOf[at] = regionOf[at] % colors.length;
  } else if (coloured === "trust" && trust) {
    colors = [...scaleOf(colours.ends[2], colours.ends[0]), colorOfCss(colours.ends[1])];
    for (let at = 0; at < many; at++) colorOf[at] = trust[at] === 255 ? 64 : Math.round(trust[at] * 63 / 250);
    legend("0 %", "100 %", say("legend-trust"));
  } else if (coloured === "moved" && movedValues) {
    colors = [...scaleOf(colours.low, colours.hit, 63), colorOfCss(colours.ends[1])];
    for (let at = 0; at < many; at++) colorOf[at] = Number.isNaN(movedValues[at]) ? 63 : Math.min(62, Math.round(62 * movedValues[at] / movedMost));
    legend("0", movedMost.toFixed(2));
  } else if (coloured === "axis" && axisValues) {
    colors = twoEnds();
    const most = axisValues.reduce((top, value) => Math.max(top, Math.abs(value) || 0), 0) * 0.6 || 1;
    for (let at = 0; at < many; at++) {
      const value = axisValues[at];
      colorOf[at] = Number.isNaN(value) ? 32 : Math.max(0, Math.min(63, Math.round(31.5 + 31.5 * value / most)));
    }
    const [low, high] = axisEnds;
    legend(`${low} ${(-most).toFixed(2)}`, `${high} ${most.toFixed(2)}`);
  }
  draw();
}

function legend(low, high, note = "") {
  const strip = make("canvas", "", { width: 64, height: 1 });
  const context = strip.getContext("2d");
  colors.slice(0, 64).forEach((color, at) => {
    context.fillStyle = cssOf(color);
    context.fillRect(at, 0, 1, 1);
  });
  element("legend").replaceChildren(strip, make("div", [make("bdi", low), make("bdi", high)]), ...(note ? [make("p", note)] : []));
  element("legend").hidden = false;
}
