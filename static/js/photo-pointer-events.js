/* Mouse, touch and keyboard input on the stage; updates the frame and calls `moved` after every event. */
import { STEP } from './photo-geometry.js';

const NOTCH = 40;
const PAUSE = 200;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function listen(stage, frame, moved, turn, fit) {
  const fingers = new Map();
  let grip = null;

  const at = (event) => {
    const place = stage.getBoundingClientRect();
    return { x: event.clientX - place.left, y: event.clientY - place.top };
  };

  function hold() {
    const points = [...fingers.values()];
    if (points.length >= 2) {
      const [one, two] = points;
      grip = { kind: 'pinch', span: Math.hypot(one.x - two.x, one.y - two.y) || 1, zoom: frame.zoom,
        x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
    } else if (points.length && grip?.kind === 'pinch') {
      grip = null;
    }
  }

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || stage.dataset.empty !== undefined) return;
    const point = at(event);
    fingers.set(event.pointerId, point);
    try { stage.setPointerCapture(event.pointerId); } catch { /* the finger is already gone */ }
    stage.focus({ preventScroll: true });
    event.preventDefault();
    if (fingers.size > 1) { hold(); return; }
    const handle = event.target.closest('[data-handle]');
    const inside = event.target.closest('[data-photo-box]');
    grip = {
      kind: handle ? 'pull' : inside ? 'box' : 'picture', handle: handle?.dataset.handle, start: point,
      box: { ...frame.box }, left: frame.left, top: frame.top,
    };
  });

  stage.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    const point = at(event);
    fingers.set(event.pointerId, point);
    if (!grip) return;
    if (grip.kind === 'pinch') {
      const [one, two] = [...fingers.values()];
      const [x, y] = [(one.x + two.x) / 2, (one.y + two.y) / 2];
      frame.zoomTo(grip.zoom * Math.hypot(one.x - two.x, one.y - two.y) / grip.span, x, y);
      frame.movePicture(frame.left + x - grip.x, frame.top + y - grip.y);
      [grip.x, grip.y] = [x, y];
    } else {
      const [dx, dy] = [point.x - grip.start.x, point.y - grip.start.y];
      if (grip.kind === 'pull') frame.pullBox(grip.handle, grip.box, dx, dy);
      if (grip.kind === 'box') frame.moveBox(grip.box.left + dx, grip.box.top + dy);
      if (grip.kind === 'picture') frame.movePicture(grip.left + dx, grip.top + dy);
    }
    moved();
  });

  const release = (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) grip = null;
    else hold();
  };
  stage.addEventListener('pointerup', release);
  stage.addEventListener('pointercancel', release);

  /* A wheel notch is one step; the small events of a touch pad add up to steps. */
  let [rolled, last] = [0, 0];
  stage.addEventListener('wheel', (event) => {
    if (stage.dataset.empty !== undefined) return;
    event.preventDefault();
    const fresh = event.timeStamp - last > PAUSE;
    last = event.timeStamp;
    if (!event.deltaY) return;
    const much = event.deltaY * (event.deltaMode ? NOTCH : 1);
    rolled = fresh || Math.sign(rolled) !== Math.sign(much) ? 0 : rolled;
    rolled += much;
    if (!fresh && Math.abs(rolled) < NOTCH) return;
    rolled = 0;
    const point = at(event);
    frame.zoomTo(frame.zoom * (much < 0 ? STEP : 1 / STEP), point.x, point.y);
    moved();
  }, { passive: false });

  stage.addEventListener('keydown', (event) => {
    if (event.target !== stage || stage.dataset.empty !== undefined || event.metaKey || event.isComposing) return;
    const [x, y] = ARROWS[event.key] || [0, 0];
    const letter = event.key.toLowerCase();
    if (x || y) arrow(event, x, y);
    else if (event.ctrlKey || event.altKey) return;
    else if (letter === '+' || letter === '=') zoom(frame, STEP);
    else if (letter === '-' || letter === '_') zoom(frame, 1 / STEP);
    else if (letter === 'r') { event.preventDefault(); turn(event.shiftKey ? -1 : 1); return; }
    else if (letter === '0') { event.preventDefault(); fit(); return; }
    else return;
    event.preventDefault();
    moved();
  });

  function arrow(event, x, y) {
    const far = event.ctrlKey ? 10 : 1;
    if (event.shiftKey) frame.growBox((x || -y) * 10);
    else if (event.altKey) frame.movePicture(frame.left + x * 10, frame.top + y * 10);
    else frame.moveBox(frame.box.left + x * far, frame.box.top + y * far);
  }
}

/* Zoom the picture about the centre of the box. */
export function zoom(frame, by) {
  frame.zoomTo(frame.zoom * by, frame.box.left + frame.box.width / 2, frame.box.top + frame.height / 2);
}
