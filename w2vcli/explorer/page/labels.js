// Places labels so that no two of them lie over one another.

const CELL = 4;  // pixels: what is taken is remembered in cells of this size
const FONT = '"Noto Sans KR", "NanumGothic", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif';
const LETTERS = 28;  // longer words are cut on the map, and whole where one points at them

class Labels {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.widths = new Map();
    this.placed = [];
  }

  // Begin a picture without labels.
  begin(width, height, ratio) {
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    if (!this.taken || this.taken.length !== this.columns * this.rows) this.taken = new Uint8Array(this.columns * this.rows);
    else this.taken.fill(0);
    this.placed = [];
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.textBaseline = "middle";
    this.context.lineJoin = "round";
  }

  // Keep a rectangle free of labels.
  keep(x, y, width, height) {
    this._mark(x, y, width, height);
  }

  // Place the label of a point beside it if there is room, or up to `far` pixels away, at the end of a line.
  put(text, x, y, gap, style, far) {
    const width = this._widthOf(text, style) + 2 + 2 * (style.pad ?? 0), height = style.size + 4;
    for (const [left, top] of places(x, y, gap, width, height, far)) {
      if (left < 0 || top < 0 || left + width > this.width || top + height > this.height) continue;
      if (!this._isFree(left, top, width, height)) continue;
      this._mark(left, top, width, height);
      this.placed.push({ text, x, y, gap, left, top, width, height, style, at: style.at });
      return true;
    }
    return false;
  }

  // Draw what was placed.
  draw(halo) {
    for (const { x, y, gap, left, top, width, height, style } of this.placed) {
      if (!style.line) continue;
      const endX = Math.max(left, Math.min(x, left + width)), endY = Math.max(top, Math.min(y, top + height));
      if (Math.hypot(endX - x, endY - y) <= gap + 2) continue;
      this.context.strokeStyle = style.line;
      this.context.lineWidth = 1;
      this.context.beginPath();
      this.context.moveTo(x, y);
      this.context.lineTo(endX, endY);
      this.context.stroke();
    }
    for (const { text, left, top, height, style } of this.placed) {
      this.context.font = fontOf(style);
      this.context.strokeStyle = halo;
      this.context.lineWidth = 3;
      this.context.strokeText(text, left + 1 + (style.pad ?? 0), top + height / 2);
      this.context.fillStyle = style.color;
      this.context.fillText(text, left + 1 + (style.pad ?? 0), top + height / 2);
    }
  }

  _widthOf(text, style) {
    const key = `${style.size} ${style.weight} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 50000) this.widths.clear();
      this.context.font = fontOf(style);
      width = this.context.measureText(text).width;
      this.widths.set(key, width);
    }
    return width;
  }

  _cells(x, y, width, height) {
    return [Math.max(0, Math.floor(x / CELL)), Math.max(0, Math.floor(y / CELL)),
            Math.min(this.columns - 1, Math.floor((x + width) / CELL)), Math.min(this.rows - 1, Math.floor((y + height) / CELL))];
  }

  _isFree(x, y, width, height) {
    const [left, top, right, bottom] = this._cells(x, y, width, height);
    for (let row = top; row <= bottom; row++)
      for (let at = row * this.columns + left, end = row * this.columns + right; at <= end; at++)
        if (this.taken[at]) return false;
    return true;
  }

  _mark(x, y, width, height) {
    const [left, top, right, bottom] = this._cells(x, y, width, height);
    if (right < left) return;  // it is out of sight
    for (let row = top; row <= bottom; row++)
      this.taken.fill(1, row * this.columns + left, row * this.columns + right + 1);
  }
}

// Where the label of a point may lie: its left and its top, the best first.
function* places(x, y, gap, width, height, far) {
  yield [x + gap, y - height / 2];
  yield [x - gap - width, y - height / 2];
  yield [x - width / 2, y - gap - height];
  yield [x - width / 2, y + gap];
  for (let away = 16; away <= far; away += 12)
    for (let turn = 0; turn < 16; turn++) {
      const angle = turn * Math.PI / 8;
      const nearX = x + away * Math.cos(angle), nearY = y + away * Math.sin(angle);
      yield [Math.cos(angle) < -0.1 ? nearX - width : Math.cos(angle) > 0.1 ? nearX : nearX - width / 2, nearY - height / 2];
    }
}

function fontOf(style) {
  return `${style.weight} ${style.size}px ${FONT}`;
}

// A word of at most so many letters; one of Hangul or of Chinese is as wide as two.
function shortened(word, most = LETTERS) {
  const letters = [...word];
  let wide = 0;
  const end = letters.findIndex(letter => (wide += letter >= "\u1100" ? 2 : 1) > most);
  return end < 0 ? word : letters.slice(0, end - 1).join("") + "…";
}
