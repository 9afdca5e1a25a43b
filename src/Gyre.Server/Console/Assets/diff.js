// Marks the words that two texts do not share: the longest common subsequence of words, spaces and signs.
const mostCells = 4_000_000;

function parts(text) {
  return text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu) ?? [];
}

/** For each of both, which parts are not shared; null when the texts are too long. */
export function differences(one, two) {
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start++;
  let end = 0;
  while (end < one.length - start && end < two.length - start && one[one.length - 1 - end] === two[two.length - 1 - end]) end++;
  const rows = one.length - start - end;
  const columns = two.length - start - end;
  if ((rows + 1) * (columns + 1) > mostCells) return null;
  const lengths = new Uint16Array((rows + 1) * (columns + 1));
  const at = (row, column) => row * (columns + 1) + column;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[at(row, column)] = one[start + row] === two[start + column]
        ? lengths[at(row + 1, column + 1)] + 1
        : Math.max(lengths[at(row + 1, column)], lengths[at(row, column + 1)]);
    }
  }
  const own = [new Array(one.length).fill(false), new Array(two.length).fill(false)];
  let row = 0;
  let column = 0;
  while (row < rows || column < columns) {
    if (row < rows && column < columns && one[start + row] === two[start + column]) { row++; column++; }
    else if (column === columns || (row < rows && lengths[at(row + 1, column)] >= lengths[at(row, column + 1)])) own[0][start + row++] = true;
    else own[1][start + column++] = true;
  }
  return own;
}

/** Shows the texts with their differences marked; false when they are too long, and then shows them plain. */
export function markDifferences(boxes, texts) {
  const words = texts.map(parts);
  const own = differences(words[0], words[1]);
  boxes.forEach((box, side) => {
    if (!own) {
      box.textContent = texts[side];
      return;
    }
    const nodes = [];
    let run = '';
    let isOwn = false;
    const flush = () => {
      if (run === '') return;
      if (isOwn) {
        const mark = document.createElement('mark');
        mark.textContent = run;
        nodes.push(mark);
      } else nodes.push(run);
      run = '';
    };
    words[side].forEach((word, place) => {
      if (own[side][place] !== isOwn) { flush(); isOwn = own[side][place]; }
      run += word;
    });
    flush();
    box.replaceChildren(...nodes);
  });
  return own !== null;
}
