/* The photo tool: joins stage, buttons, judgement and server. The page without scripts does the same by buttons. */
import { Frame, STEP } from './photo-frame.js';
import { listen, zoom } from './photo-hands.js';
import { Judge } from './photo-judge.js';
import { openFiles } from './photo-open.js';
import { asker, show } from './photo-wire.js';

const PROXY = 2000;
const ASK_AFTER = 350;
const SPEAK_AFTER = 500;

function start(tool) {
  const find = (name) => tool.querySelector('[data-photo-' + name + ']');
  const given = tool.dataset;
  const [stage, drawing, box, form] = ['stage', 'picture', 'box', 'use'].map(find);
  const token = form.elements.csrf_token.value;
  const least = { width: Number(given.leastWidth), height: Number(given.leastHeight) };
  const frame = new Frame();
  const judge = new Judge(tool, least, tuck);
  const ask = asker(given.crop, token);
  let [image, base, turn, mode, first] = [null, 0, 0, 'box', null];
  let [forbidden, warned, asked, waiting, speaking, saving] = ['', [], null, 0, 0, false];

  /* ---- draw ---- */
  function measureStage() {
    frame.stage = { width: stage.clientWidth, height: stage.clientHeight };
  }

  /* The picture on the stage, turned, never larger than a phone can hold. */
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
    forbidden = judge.measure(crop);
    for (const name of ['x', 'y', 'width', 'height']) form.elements[name].value = crop[name];
    form.elements.turn.value = turn;
    find('size').textContent = '裁剪框 ' + crop.width + '×' + crop.height + ' 像素';
    speaking ||= setTimeout(speak, SPEAK_AFTER);
    refuse('');
    const key = [crop.x, crop.y, crop.width, crop.height, turn].join();
    if (asked?.key === key) return;
    asked = { key, crop, answer: null };
    clearTimeout(waiting);
    if (forbidden) judgeBy(null);
    else waiting = setTimeout(question, ASK_AFTER);
  }

  function speak() {
    speaking = 0;
    const crop = frame.crop();
    find('said').textContent = '裁剪框 宽' + crop.width + '高' + crop.height + '像素，位置左' + crop.x + '上' + crop.y
      + '，' + (forbidden || '合格');
  }

  /* ---- checks ---- */
  async function question() {
    waiting = 0;
    const mine = asked;
    find('asked').hidden = false;
    const answer = await ask({ x: mine.crop.x, y: mine.crop.y, width: mine.crop.width, height: mine.crop.height, turn });
    if (!answer || mine !== asked) return;
    mine.answer = answer;
    judgeBy(answer);
    if (saving) form.requestSubmit();
  }

  function judgeBy(answer) {
    find('asked').hidden = true;
    judge.show(answer);
    const findings = answer?.findings || [];
    warned = findings.filter((one) => one.level !== 'block').map((one) => one.sentence);
    forbidden ||= answer?.sentence || findings.filter((one) => one.level === 'block').map((one) => one.sentence).join('；');
    find('ask').hidden = !warned.length || Boolean(forbidden);
    find('warned').textContent = warned.join('；');
    if (!warned.length) form.elements.acknowledge.checked = false;
  }

  /* ---- deeds of the buttons ---- */
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
  const deeds = {
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
    if (button?.dataset.do && image) { deeds[button.dataset.do](); moved(); }
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
    asked = null;
    form.elements.acknowledge.checked = false;
    delete stage.dataset.empty;
    find('size').hidden = false;
    find('tools').disabled = false;
    measureStage();
    paint();
    frame.place(opened.box);
    moved();
  }

  const complain = openFiles(tool, stage, token, (opened) => lay(opened, opened.preview || given.picture));

  /* ---- save ---- */
  function refuse(sentence) {
    const place = find('no');
    place.hidden = !sentence;
    place.querySelector('span').textContent = sentence;
  }
  form.addEventListener('submit', (event) => {
    const stop = (sentence) => { event.preventDefault(); saving = false; refuse(sentence); };
    if (!image) { stop('请先点“打开文件”选择照片。'); return; }
    if (forbidden) { stop(forbidden.replace(/。?$/, '。') + '请调整后再保存。'); return; }
    if (!asked.answer) {
      event.preventDefault();
      saving = true;
      if (waiting) { clearTimeout(waiting); question(); }
      return;
    }
    if (warned.length && !form.elements.acknowledge.checked) {
      stop('照片可能不合要求。请调整后再保存，或勾选“仍要使用”。');
      form.elements.acknowledge.focus();
    }
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
  judge.empty();
  if (given.width) {
    const box = { x: Number(given.x), y: Number(given.y), width: Number(given.wide) };
    const opened = { width: Number(given.width), height: Number(given.height), turn: Number(given.turn), box };
    lay(opened, given.picture).catch((fault) => complain(fault.message));
  }
}

document.querySelectorAll('[data-photo-tool]').forEach(start);
