// Where the page has its words and its answers from: the program that runs beside it, or the page itself.

// A packet is the length of its head (four bytes), the head (JSON), and arrays of numbers. In a shuffled one the first
// bytes of all values of an array come first, then the second bytes, and so on.
function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const kinds = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };
  for (const { name, kind, start, size } of head.arrays) {
    const wide = kinds[kind].BYTES_PER_ELEMENT;
    if (!head.shuffled || wide === 1) {
      head[name] = new kinds[kind](buffer, start, size);
      continue;
    }
    const from = new Uint8Array(buffer, start, size * wide), to = new Uint8Array(size * wide);
    for (let at = 0; at < size; at++) for (let byte = 0; byte < wide; byte++) to[at * wide + byte] = from[byte * size + at];
    head[name] = new kinds[kind](to.buffer);
  }
  if (typeof head.words === "string") head.words = head.words.split("\n");
  return head;
}

// The bytes of a text with seven bits in each character, the highest first.
function bytesOf(text) {
  const bytes = new Uint8Array(Math.floor(text.length * 7 / 8));
  let held = 0, bits = 0, at = 0;
  for (let letter = 0; letter < text.length; letter++) {
    held = (held << 7 | text.charCodeAt(letter) & 127) & 0x7fff;
    bits += 7;
    if (bits >= 8) bytes[at++] = held >> (bits -= 8);
  }
  return bytes;
}

// What the program answers. Its address has a word in it that nobody else knows.
class Program {
  constructor() {
    this.hasLines = true;
    this.isWhole = true;
  }

  async _get(what, parameters = {}) {
    const answer = await fetch(`${what}?${new URLSearchParams(parameters)}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer;
  }

  async packet(from, most) {
    return unpack(await (await this._get("words", { from, most })).arrayBuffer());
  }

  async map(version) {
    return unpack(await (await this._get("map", { version })).arrayBuffer());
  }

  async ask(text, most) {
    return (await this._get("ask", { text, most })).json();
  }

  async askRow(row, most) {
    return (await this._get("ask", { row, most })).json();
  }

  async lines(row) {
    return (await this._get("lines", { row })).json();
  }

  async why(row, other) {
    return (await this._get("why", { row, other })).json();
  }

  async moved() {
    return unpack(await (await this._get("moved")).arrayBuffer());
  }

  async axis(text) {
    return unpack(await (await this._get("axis", { text })).arrayBuffer());
  }
}

// What a page that was sent to somebody answers by itself.
class Itself {
  constructor(packed) {
    this.hasLines = false;
    this._packed = packed;
  }

  async packet() {
    const stream = new Blob([bytesOf(this._packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
    this.all = unpack(await new Response(stream).arrayBuffer());
    this.rows = new Map(this.all.words.map((word, row) => [word, row]));
    this.all.vectors = byWord(this.all.vectors, this.all.dimensions);
    this._lengths = lengthsOf(this.all.vectors, this.all.dimensions);
    return this.all;
  }

  async askRow(row, most) {
    return { asked: [row], words: [this.all.words[row]], added: 1, ...this._near(row, most) };
  }

  _near(row, most) {
    const { neighbours, similarities, near } = this.all;
    const hits = [];
    let similarity = -1000;
    for (let rank = 0; rank < Math.min(most, near); rank++) {
      const other = neighbours[row * near + rank];
      similarity -= (rank ? 1 : -1) * similarities[rank * this.all.count + row];  // the first, then how much less each is
      hits.push(this._hit(other, similarity / 1000));
    }
    return { hits, isAll: most >= near, note: most >= near && near < this.all.count - 1 ? "few" : null };
  }

  async ask(text, most) {
    if (this.rows.has(text)) return this.askRow(this.rows.get(text), most);  // some have blanks in them
    const parts = readExpression(text.trim().split(/[ \t]+/), word => this._rowOf(word) !== undefined);
    if (!parts) return { error: "no sum" };
    const rows = parts.map(each => each.map(word => this._rowOf(word)));
    const unknown = this._unknown(parts.flat());
    if (unknown.length) return { error: "unknown", unknown };
    const [added, taken] = rows;
    if (added.length === 1 && !taken.length) return this.askRow(added[0], most);
    return this._sum(added, taken, most);
  }

  // A word as it is, or in small letters.
  _rowOf(word) {
    const own = word.normalize("NFC");
    return [word, own, own.toLowerCase()].map(each => this.rows.get(each)).find(row => row !== undefined);
  }

  _unknown(named) {
    return named.filter(word => this._rowOf(word) === undefined).map(word => ({ word, meant: this.meant(word) }));
  }

  _sum(added, taken, most) {
    const { exact, off } = this.all;
    if ([...added, ...taken].some(row => row >= exact)) return { error: "too rare" };
    const sum = this._direction([[added, 1], [taken, -1]]);
    if (!sum) return { error: "no direction" };
    const left = new Set([...added, ...taken]);
    const found = [];
    for (let row = 0; row < exact; row++) if (!left.has(row)) found.push([this._cosine(sum, row), row]);
    found.sort((one, other) => other[0] - one[0]);
    const asked = [...added, ...taken];
    // What is not further from the first than twice as far as a cosine may be off, may be the first.
    const perhapsFirst = found.filter(([cosine]) => cosine > found[0][0] - 2 * off).length;
    return { asked, words: asked.map(row => this.all.words[row]), added: added.length, pair: taken.length ? null : this._pair(added),
             hits: found.slice(0, most).map(([cosine, row]) => this._hit(row, cosine)), off, perhapsFirst, digits: off < 0.002 ? 3 : 2 };
  }

  // The similarity of two words: exact where one is among the neighbours of the other.
  _pair(rows) {
    const [one, other] = rows;
    if (rows.length !== 2 || one === other) return null;
    for (const [row, sought] of [[one, other], [other, one]]) {
      const { hits } = this._near(row, this.all.near);
      const hit = hits.find(each => each.row === sought);
      if (hit) return { rows, similarity: hit.similarity };
    }
    return { rows, similarity: this._cosine(this._direction([[[one], 1]]), other), off: this.all.off };
  }

  // A unit vector of what is added and taken away, or null.
  _direction(parts) {
    const { vectors, dimensions } = this.all;
    const sum = new Float32Array(dimensions);
    for (const [rows, sign] of parts)
      for (const row of rows)
        for (let at = 0; at < dimensions; at++) sum[at] += sign * vectors[row * dimensions + at] / this._lengths[row];
    const length = Math.hypot(...sum);
    return length > 1e-6 ? sum.map(value => value / length) : null;
  }

  _cosine(direction, row) {
    const { vectors, dimensions } = this.all;
    let dot = 0;
    for (let at = 0; at < dimensions; at++) dot += direction[at] * vectors[row * dimensions + at];
    return dot / this._lengths[row];
  }

  _hit(row, similarity) {
    const { words, counts } = this.all;
    return { row, word: words[row], similarity, count: counts ? counts[row] : null };
  }

  async axis(text) {
    const { axes, exact } = this.all;
    let pairs = axes && Object.hasOwn(axes, text) ? axes[text].filter(pair => pair.every(row => row < exact)) : [];
    if (!pairs.length) {
      const named = text.slice(text.indexOf("=") + 1).split(",").map(pair => pair.split(":").map(word => word.trim()));
      if (named.some(ends => ends.length !== 2 || ends.includes(""))) return { error: "bad-axis" };
      const unknown = this._unknown(named.flat());
      if (unknown.length) return { error: "unknown", unknown };
      pairs = named.map(ends => ends.map(word => this._rowOf(word)));
      if (pairs.flat().some(row => row >= exact)) return { error: "too rare" };
    }
    const direction = this._direction([[pairs.map(([low]) => low), -1], [pairs.map(([, high]) => high), 1]]);
    if (!direction) return { error: "no direction" };
    const values = new Float32Array(this.all.words.length).fill(NaN);
    for (let row = 0; row < exact; row++) values[row] = this._cosine(direction, row);
    return { values, ends: pairs[0].map(row => this.all.words[row]) };
  }

  // Words of which the letters are nearly the same, the most frequent first.
  meant(word) {
    const found = [];
    const folded = fold(word);
    for (let row = 0; row < this.all.words.length && found.length < 3; row++)
      if (isNear(folded, fold(this.all.words[row]))) found.push(this.all.words[row]);
    return found;
  }
}

// Whole numbers, word by word, from 2n, or -2n - 1 below zero, which come one dimension after the other.
function byWord(numbers, dimensions) {
  const many = numbers.length / dimensions, values = new Int16Array(numbers.length);
  for (let at = 0; at < dimensions; at++)
    for (let row = 0; row < many; row++) {
      const value = numbers[at * many + row];
      values[row * dimensions + at] = value & 1 ? -(value + 1) / 2 : value / 2;
    }
  return values;
}

function lengthsOf(vectors, dimensions) {
  const lengths = new Float32Array(vectors.length / dimensions);
  for (let row = 0; row < lengths.length; row++) {
    let sum = 0;
    for (let at = 0; at < dimensions; at++) sum += vectors[row * dimensions + at] ** 2;
    lengths[row] = Math.sqrt(sum) || 1;
  }
  return lengths;
}

const PLUS = "+＋", MINUS = "-‐‑–—−－";

// The words that are added, and those that are taken away: what follows a minus, until a plus. Null if that is no sum.
function readExpression(terms, has) {
  const into = [[], []];
  let side = 0, isSign = false;
  for (const term of terms.flatMap(each => cut(each, has))) {
    const sign = term.length === 1 && (PLUS.includes(term) ? 1 : MINUS.includes(term) ? 2 : 0);
    if (sign && isSign) return null;
    if (sign) side = sign - 1;
    else into[side].push(term);
    isSign = Boolean(sign);
  }
  return isSign || !into[0].length ? null : into;
}

// `king-man` is two words and a sign if it is not one word, and both are there.
function cut(term, has) {
  const parts = term.split(/([+＋‐‑–—−－-])/).filter(part => part);
  return has(term) || !parts.every((part, at) => PLUS.includes(part) || MINUS.includes(part) || has(part)) ? [term] : parts;
}

function fold(text) {
  return text.normalize("NFC").toLowerCase();
}

// Whether one letter more, less or other, or two letters in each other's place, make one word of the other.
function isNear(one, other) {
  if (one === other) return true;
  if (Math.abs(one.length - other.length) > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const restOfOne = one.slice(same), restOfOther = other.slice(same);
  return restOfOne.slice(1) === restOfOther || restOfOne === restOfOther.slice(1)
    || restOfOne.slice(1) === restOfOther.slice(1)
    || (restOfOne[0] === restOfOther[1] && restOfOne[1] === restOfOther[0] && restOfOne.slice(2) === restOfOther.slice(2));
}
