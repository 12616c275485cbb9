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
    this.all.vectors = halfBytes(this.all.vectors);
    this._lengths = lengthsOf(this.all.vectors, this.all.dimensions);
    return this.all;
  }

  async askRow(row, most) {
    const { neighbours, similarities, near } = this.all;
    const hits = [];
    let similarity = -1000;
    for (let rank = 0; rank < Math.min(most, near); rank++) {
      const other = neighbours[row * near + rank];
      similarity -= (rank ? 1 : -1) * similarities[rank * this.all.count + row];  // the first, then how much less each is
      hits.push(this._hit(other, similarity / 1000));
    }
    return { asked: [row], words: [this.all.words[row]], hits, isAll: most >= near, note: most > near && near < this.all.count - 1 ? "few" : null };
  }

  async ask(text, most) {
    if (this.rows.has(text)) return this.askRow(this.rows.get(text), most);  // some have blanks in them
    const [positive, negative] = readExpression(text.trim().split(/[ \t]+/));
    const unknown = [...positive, ...negative].filter(word => !this.rows.has(word));
    if (unknown.length) return { error: "unknown", unknown: unknown.map(word => ({ word, meant: this.meant(word) })) };
    const added = positive.map(word => this.rows.get(word)), taken = negative.map(word => this.rows.get(word));
    if (added.length === 1 && !taken.length) return this.askRow(added[0], most);
    return this._sum(added, taken, most);
  }

  _sum(added, taken, most) {
    const { vectors, dimensions, exact } = this.all;
    if ([...added, ...taken].some(row => row >= exact)) return { error: "too rare" };
    const sum = new Float32Array(dimensions);
    for (const [rows, sign] of [[added, 1], [taken, -1]])
      for (const row of rows)
        for (let at = 0; at < dimensions; at++) sum[at] += sign * vectors[row * dimensions + at] / this._lengths[row];
    const length = Math.hypot(...sum);
    if (!(length > 1e-6)) return { error: "no direction" };
    const left = new Set([...added, ...taken]);
    const found = [];
    for (let row = 0; row < exact; row++) {
      if (left.has(row)) continue;
      let dot = 0;
      for (let at = 0; at < dimensions; at++) dot += sum[at] * vectors[row * dimensions + at];
      found.push([dot / length / this._lengths[row], row]);
    }
    found.sort((one, other) => other[0] - one[0]);
    const words = [...added, ...taken].map(row => this.all.words[row]);
    return { asked: [...added, ...taken], words, hits: found.slice(0, most).map(([cosine, row]) => this._hit(row, cosine)), note: "about", digits: 2 };
  }

  _hit(row, similarity) {
    const { words, counts } = this.all;
    return { row, word: words[row], similarity, count: counts ? counts[row] : null };
  }

  async axis(text) {
    const { vectors, dimensions, exact } = this.all;
    const sums = new Float32Array(dimensions);
    for (const pair of text.split(",")) {
      const ends = pair.split(":").map(word => this.rows.get(word.trim()));
      if (ends.length !== 2 || ends.some(row => row === undefined)) return { error: "unknown" };
      if (ends.some(row => row >= exact)) return { error: "too rare" };
      ends.forEach((row, end) => {
        for (let at = 0; at < dimensions; at++) sums[at] += (end ? 1 : -1) * vectors[row * dimensions + at] / this._lengths[row];
      });
    }
    const length = Math.hypot(...sums);
    if (!(length > 1e-6)) return { error: "no direction" };
    const values = new Float32Array(this.all.words.length).fill(NaN);
    for (let row = 0; row < exact; row++) {
      let dot = 0;
      for (let at = 0; at < dimensions; at++) dot += sums[at] * vectors[row * dimensions + at];
      values[row] = dot / length / this._lengths[row];
    }
    return { values, ends: text.split(",")[0].split(":").map(word => word.trim()) };
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

// Numbers from -7 to 7 of half a byte each, the low half first.
function halfBytes(bytes) {
  const values = new Int8Array(2 * bytes.length);
  bytes.forEach((byte, at) => {
    values[2 * at] = (byte & 15) - 8;
    values[2 * at + 1] = (byte >> 4) - 8;
  });
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

function readExpression(terms) {
  const into = [[], []];
  let side = 0;
  for (const term of terms) {
    if ("+＋".includes(term)) side = 0;
    else if ("-‐‑–—−－".includes(term)) side = 1;
    else into[side].push(term);
  }
  return into;
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
