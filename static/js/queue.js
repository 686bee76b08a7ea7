/* The queue: keyboard navigation, selection for a batch, countdown of 撤回. */
import { onKey } from './shortcuts.js';

const bar = document.getElementById('batch');
const boxes = [...document.querySelectorAll('input[name=id][form=batch]')];

function count() {
  const picked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest('tr').classList.toggle('is-picked', box.checked));
  bar.querySelector('[data-picked]').textContent = picked.length ? '已选 ' + picked.length + ' ' + (bar.dataset.unit || '件') : '还没有勾选';
  bar.querySelector('[data-clear]').hidden = !picked.length;
}

function pick(test) {
  boxes.forEach((box) => { box.checked = test(box); });
  count();
}

if (bar && boxes.length) {
  bar.querySelectorAll('[data-js]').forEach((part) => { part.hidden = false; });
  boxes.forEach((box) => box.addEventListener('change', count));
  bar.querySelector('[data-all]').addEventListener('click', () => pick(() => true));
  bar.querySelector('[data-clear]').addEventListener('click', () => pick(() => false));
  window.addEventListener('pageshow', count);
  count();
}

/* J and K move between rows, X selects, Enter follows the focused link. */
const links = [...document.querySelectorAll('.table--rows tbody .col-number a')];

function walk(step) {
  const here = links.findIndex((link) => link.closest('tr').contains(document.activeElement));
  const next = links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
  if (next) next.focus();
}

if (bar && links.length) {
  onKey({
    J: () => walk(1),
    K: () => walk(-1),
    X: () => {
      const row = document.activeElement.closest('tr');
      const box = row && row.querySelector('input[name=id]');
      if (!box) return false;
      box.checked = !box.checked;
      count();
      return true;
    },
  });
}

/* Remaining time for undoing a decision, as of the server's response. */
const opened = Date.now();
const clocks = [...document.querySelectorAll('[data-left]')];

function tick() {
  clocks.forEach((clock) => {
    const left = Math.max(0, Number(clock.dataset.left) - Math.floor((Date.now() - opened) / 1000));
    clock.textContent = left ? left + ' 秒' : '已到时间';
  });
}

if (clocks.length) setInterval(tick, 1000);
