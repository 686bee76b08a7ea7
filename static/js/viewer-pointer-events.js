/* Input of the picture pane: wheel, drag, pinch, double click, arrow keys. */

function point(box, event) {
  const place = box.getBoundingClientRect();
  return { x: event.clientX - place.left - place.width / 2, y: event.clientY - place.top - place.height / 2 };
}

export function bindPointerEvents(pane) {
  const { box } = pane;
  const hands = new Map();
  box.addEventListener('wheel', (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    pane.zoom(pane.scale * Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), point(box, event));
  }, { passive: false });
  box.addEventListener('pointerdown', (event) => {
    if (event.button || event.target.closest('.viewer__fault')) return;
    box.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, point(box, event));
    box.classList.add('is-held');
  });
  box.addEventListener('pointermove', (event) => {
    const from = hands.get(event.pointerId);
    if (!from) return;
    const to = point(box, event);
    const other = Array.from(hands).find(([id]) => id !== event.pointerId);
    hands.set(event.pointerId, to);
    if (!other) return pane.move(to.x - from.x, to.y - from.y);
    const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
    pane.zoom(pane.scale * apart(to, other[1]) / apart(from, other[1]), other[1]);
  });
  ['pointerup', 'pointercancel'].forEach((name) => box.addEventListener(name, (event) => {
    hands.delete(event.pointerId);
    if (!hands.size) box.classList.remove('is-held');
  }));
  box.addEventListener('dblclick', (event) => {
    if (pane.fits) pane.zoom(1, point(box, event)); else pane.fit();
  });
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  box.addEventListener('keydown', (event) => {
    if (!steps[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pane.move(...steps[event.key]);
  });
}
