/* The photo tool: connects stage, buttons, checks and server. Without scripts the page does the same by buttons. */
import { Frame, STEP } from './photo-geometry.js';
import { listen, zoom } from './photo-pointer-events.js';
import { Judge } from './photo-checks.js';
import { openFiles } from './photo-open.js';
import { Verdict } from './photo-save.js';
import { asker, show } from './photo-api.js';

const PROXY = 2000;
const SPEAK_AFTER = 500;

function start(tool) {
  const find = (name) => tool.querySelector('[data-photo-' + name + ']');
  const given = tool.dataset;
  const [stage, drawing, box, form] = ['stage', 'picture', 'box', 'use'].map(find);
  const token = form.elements.csrf_token.value;
  const least = { width: Number(given.leastWidth), height: Number(given.leastHeight) };
  const frame = new Frame();
  const judge = new Judge(tool, least, tuck);
  const verdict = new Verdict(form, judge, asker(given.crop, token), tell);
  let [image, base, turn, mode, first, speaking] = [null, 0, 0, 'box', null, 0];

  /* ---- render ---- */
  function measureStage() {
    frame.stage = { width: stage.clientWidth, height: stage.clientHeight };
  }

  /* The rotated picture for the stage, within the canvas limit of phones. */
  function paint() {
    const [wide, high] = [image.naturalWidth, image.naturalHeight];
    const by = Math.min(1, PROXY / Math.max(wide, high));
    const quarter = (((turn - base) % 4) + 4) % 4;
    const [width, height] = [Math.round(wide * by), Math.round(high * by)];
    [drawing.width, drawing.height] = quarter % 2 ? [height, width] : [width, height];
    const pen = drawing.getContext('2d');
    pen.translate(drawing.width / 2, drawing.height / 2);
    pen.rotate((quarter * Math.PI) / 2);
    pen.drawImage(image, -width / 2, -height / 2, width, height);
  }

  function layOut() {
    const shown = drawing.width / frame.picture.width;
    drawing.style.transform = `translate(${frame.left}px, ${frame.top}px) scale(${frame.scale / shown})`;
    box.style.transform = `translate(${frame.box.left}px, ${frame.box.top}px)`;
    box.style.width = frame.box.width + 'px';
    box.style.height = frame.height + 'px';
    const slide = find('slide');
    slide.value = Math.round(Math.log(frame.zoom) / Math.log(STEP));
    slide.setAttribute('aria-valuetext', Math.round(frame.zoom * 100) + '%');
  }

  function moved() {
    layOut();
    const crop = frame.crop();
    judge.draw(drawing, crop, drawing.width / frame.picture.width);
    verdict.consider(crop, turn);
    find('size').textContent = '裁剪框 ' + crop.width + '×' + crop.height + ' 像素';
    tell();
  }

  /* Twice a second at most. */
  function tell() {
    if (speaking) return;
    speaking = setTimeout(() => {
      speaking = 0;
      const crop = frame.crop();
      find('said').textContent = `裁剪框 宽${crop.width}高${crop.height}像素，位置左${crop.x}上${crop.y}，${verdict.words}`;
    }, SPEAK_AFTER);
  }

  /* ---- actions of the buttons ---- */
  function tuck() {
    frame.place(frame.nearest());
    stage.focus();
    moved();
  }
  function rotate(by) {
    turn = (turn + by + 4) % 4;
    frame.picture = { width: frame.picture.height, height: frame.picture.width };
    paint();
    frame.place(frame.largest());
    moved();
  }
  function fit() {
    frame.place(frame.nearest());
    moved();
  }
  function reset() {
    while (turn !== first.turn) rotate(1);
    frame.place(frame.largest());
    moved();
  }
  function shift(x, y) {
    if (mode === 'box') frame.moveBox(frame.box.left + x * 10, frame.box.top + y * 10);
    else frame.movePicture(frame.left + x * 10, frame.top + y * 10);
  }
  const actions = {
    closer: () => zoom(frame, STEP), farther: () => zoom(frame, 1 / STEP), bigger: () => frame.growBox(10),
    smaller: () => frame.growBox(-10), left: () => shift(-1, 0), right: () => shift(1, 0), up: () => shift(0, -1),
    down: () => shift(0, 1), 'left-turn': () => rotate(-1), 'right-turn': () => rotate(1), fit, reset,
  };
  tool.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.dataset.mode) {
      mode = button.dataset.mode;
      tool.querySelectorAll('[data-mode]').forEach((one) => one.setAttribute('aria-pressed', String(one === button)));
    }
    if (button?.dataset.do && image) { actions[button.dataset.do](); moved(); }
  });
  find('slide').addEventListener('input', (event) => {
    zoom(frame, STEP ** Number(event.target.value) / frame.zoom);
    moved();
  });
  listen(stage, frame, moved, rotate, fit);

  /* ---- open ---- */
  async function lay(opened, address) {
    image = await show(address);
    [base, turn, first] = [opened.turn, opened.turn, opened];
    frame.picture = { width: opened.width, height: opened.height };
    verdict.forget();
    delete stage.dataset.empty;
    find('size').hidden = false;
    find('tools').disabled = false;
    measureStage();
    paint();
    frame.place(opened.box);
    moved();
  }

  const complain = openFiles(tool, stage, token, {
    begin: () => verdict.rest(),
    lay: (opened) => lay(opened, opened.preview || given.picture),
    end: () => {
      verdict.wake();
      if (image) moved();
    },
  });

  let known = 0;
  new ResizeObserver(() => {
    if (!image || stage.clientWidth * 10000 + stage.clientHeight === known) return;
    known = stage.clientWidth * 10000 + stage.clientHeight;
    const crop = frame.crop();
    measureStage();
    frame.place(crop.inside ? crop : frame.nearest());
    moved();
  }).observe(stage);

  tool.hidden = false;
  document.querySelectorAll('[data-photo-plain]').forEach((plain) => plain.remove());
  /* Targets of the error summary on the page without scripts. */
  stage.id = 'cut';
  find('use').querySelector('[data-photo-pick]').id = 'picture';
  form.elements.acknowledge.id = 'acknowledge';
  judge.empty();
  if (given.width) {
    const box = { x: Number(given.x), y: Number(given.y), width: Number(given.wide) };
    const opened = { width: Number(given.width), height: Number(given.height), turn: Number(given.turn), box };
    lay(opened, given.picture).catch((fault) => complain(fault.message));
  }
}

document.querySelectorAll('[data-photo-tool]').forEach(start);
