// Shows a message: plain text as it is, fenced code and JSON in a code box. Only ever text nodes, never markup.

const looksLikeJson = /^\s*[{[]\s*(["{[\]}]|$)/;

/** Splits a text into { isCode, text } blocks at ``` fences; an open fence is code to its end. */
export function blocksOf(text) {
  if (looksLikeJson.test(text)) return [{ isCode: true, text: text.trim() }];
  const blocks = [];
  let lines = [];
  let isCode = false;
  const flush = () => {
    const joined = lines.join('\n');
    if (isCode || joined.trim() !== '') blocks.push({ isCode, text: isCode ? joined : joined.replace(/^\n+|\n+$/g, '') });
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('```')) {
      flush();
      isCode = !isCode;
    } else {
      lines.push(line);
    }
  }
  if (lines.length > 0) flush();
  return blocks;
}

/** Brings an element's content in line with a text; while a text grows only its last block is touched. */
export function showText(element, text) {
  const blocks = blocksOf(text);
  blocks.forEach((block, index) => {
    let shown = element.children[index];
    const tag = block.isCode ? 'PRE' : 'P';
    if (shown?.tagName !== tag) {
      const fresh = document.createElement(tag);
      if (shown) shown.replaceWith(fresh);
      else element.append(fresh);
      shown = fresh;
    }
    if (shown.textContent !== block.text) shown.textContent = block.text;
  });
  while (element.children.length > blocks.length) element.lastElementChild.remove();
}
