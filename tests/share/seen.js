(() => {
  const boxes = [], wide = innerWidth, high = innerHeight;
  for (const element of document.querySelectorAll(document.querySelector('dialog[open]') ? 'dialog *' : 'main *')) {
    const style = getComputedStyle(element);
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest('.hidden, [hidden]') || style.display === 'none' || !element.getClientRects().length) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    let { left, right, top, bottom } = (element.tagName === 'text' ? element : range).getBoundingClientRect();
    for (let at = element; at; at = at.parentElement) {
      if (at.tagName === 'svg' || getComputedStyle(at).overflowX !== 'hidden') continue;
      const frame = at.getBoundingClientRect(); // what reaches beyond it is cut off, with dots
      [left, right, top, bottom] = [Math.max(left, frame.left), Math.min(right, frame.right), Math.max(top, frame.top),
        Math.min(bottom, frame.bottom)];
    }
    const x = left, y = top, width = right - left, height = bottom - top;
    if (width <= 0 || height <= 0) continue;
    let behind = element, paper = '', opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    while (behind && /^(rgba\(0, 0, 0, 0\)|)$/.test(paper = getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    boxes.push({ text: element.textContent.trim(), x, y, width, height, opacity, paper, svg: element.tagName === 'text', inline: Boolean(element.closest('dialog')),
      ink: element.tagName === 'text' ? style.fill : style.color, size: parseFloat(style.fontSize) });
  }
  return { boxes, wide, high, scrolls: document.scrollingElement.scrollHeight > high || document.scrollingElement.scrollWidth > wide };
})()
