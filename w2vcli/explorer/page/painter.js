// Draws points. Each point of a picture of many words is counted in its pixel, and a pixel with more words is darker.
// So a million points need no processor of graphics: they are counted in a few hundredths of a second.

const SHADES = 64;
const MOST_DISCS = 4000;
const HIDDEN = 255;  // the colour of points that are not drawn

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.ratio = 1;
  }

  resize(width, height) {
    // More dots than these are not seen, and each costs time.
    this.ratio = Math.min(window.devicePixelRatio || 1, width * height > 2e6 ? 1 : 2);
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    const dots = this.canvas.width * this.canvas.height;
    this.seen = new Uint16Array(dots);
    this.color = new Uint8Array(dots);
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.dots = new Uint32Array(this.image.data.buffer);
  }

  // Draw `count` points. `xy` has their places, `colorOf` the place of each one's colour in `colors`, which are
  // [red, green, blue]. Points are `opacity` opaque, a few of them in shapes and as faint as `looks` says. Returns how
  // many are in the picture.
  paint(view, xy, count, colorOf, colors, background, opacity, sizeOf, looks) {
    const { width, height } = this.canvas;
    const scale = view.scale * this.ratio;
    const left = width / 2 - view.x * scale, top = height / 2 + view.y * scale;
    const inside = this._count(xy, count, scale, left, top, colorOf);
    this.dots.fill(dotOf(background));
    if (inside > MOST_DISCS) {
      this._shade(colors, background, opacity, inside);
      this.context.putImageData(this.image, 0, 0);
    } else {
      this.context.putImageData(this.image, 0, 0);
      this._discs(xy, count, scale, left, top, colorOf, colors, background, opacity, sizeOf, looks);
    }
    return inside;
  }

  _count(xy, count, scale, left, top, colorOf) {
    const { width, height } = this.canvas;
    const { seen, color } = this;
    seen.fill(0);
    const wide = this.ratio > 1 || count < 200000 ? 1 : 0;  // a point is two dots wide and high
    const right = width - 1 - wide, bottom = height - 1 - wide;
    let inside = 0;
    // The last, which are the rarest, come first, so that the colours of the most frequent are seen.
    for (let at = count - 1; at >= 0; at--) {
      const x = (left + xy[2 * at] * scale) | 0, y = (top - xy[2 * at + 1] * scale) | 0;
      const name = colorOf[at];
      if (x < 1 || y < 1 || x > right || y > bottom || name === HIDDEN) continue;
      inside++;
      const dot = y * width + x;
      seen[dot]++;
      color[dot] = name;
      if (wide) {
        seen[dot + 1]++;
        seen[dot + width]++;
        seen[dot + width + 1]++;
        color[dot + 1] = color[dot + width] = color[dot + width + 1] = name;
      }
    }
    return inside;
  }

  _shade(colors, background, opacity, inside) {
    const { seen, color, dots } = this;
    // So many points on one dot are as dark as can be: some more than are on a dot that has any.
    let used = 0;
    for (let dot = 0; dot < seen.length; dot++) if (seen[dot]) used++;
    const wide = this.ratio > 1 || inside < 200000 ? 4 : 1;
    const full = Math.log2(2 + 3 * inside * wide / Math.max(1, used));
    const shades = new Uint32Array(colors.length * SHADES);
    for (let name = 0; name < colors.length; name++)
      for (let shade = 0; shade < SHADES; shade++)
        shades[name * SHADES + shade] = dotOf(mixed(colors[name], background, opacity * (0.35 + 0.65 * shade / (SHADES - 1))));
    const shadeOf = new Uint8Array(1024);
    for (let many = 1; many < 1024; many++)
      shadeOf[many] = Math.min(SHADES - 1, Math.round((SHADES - 1) * Math.log2(1 + many) / full));
    for (let dot = 0; dot < seen.length; dot++) {
      const many = seen[dot];
      if (many) dots[dot] = shades[color[dot] * SHADES + shadeOf[many < 1024 ? many : 1023]];
    }
  }

  _discs(xy, count, scale, left, top, colorOf, colors, background, opacity, sizeOf, { shapeOf, opacityOf }) {
    const { width, height } = this.canvas;
    const styles = colors.map(color => cssOf(mixed(color, background, opacity)));
    const edge = cssOf(background);
    this.context.lineWidth = this.ratio * 0.75;
    this.context.strokeStyle = edge;
    for (let at = count - 1; at >= 0; at--) {
      const x = left + xy[2 * at] * scale, y = top - xy[2 * at + 1] * scale;
      const size = sizeOf(at) * this.ratio;
      if (x < -size || y < -size || x > width + size || y > height + size || colorOf[at] === HIDDEN) continue;
      this.context.fillStyle = opacityOf ? cssOf(mixed(colors[colorOf[at]], background, opacity * opacityOf(at))) : styles[colorOf[at]];
      shapePath(this.context, shapeOf ? shapeOf(at) : "o", x, y, size);
      this.context.fill();
      this.context.stroke();
    }
  }
}

function mixed(color, background, opacity) {
  return color.map((value, at) => Math.round(opacity * value + (1 - opacity) * background[at]));
}

// A dot of a picture as one number: its bytes are red, green, blue and opaque.
function dotOf([red, green, blue]) {
  return (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
}

function cssOf([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

function colorOfCss(hex) {
  return [1, 3, 5].map(from => parseInt(hex.slice(from, from + 2), 16));
}
