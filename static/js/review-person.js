/* The person's file is read when its fold is opened, and taken into the page. */
import { parse } from './review-prefetch.js';

async function fill(fold) {
  const place = fold.querySelector('[data-person-here]');
  if (!fold.open || fold.dataset.asked) return;
  fold.dataset.asked = '1';
  place.textContent = '正在打开…';
  try {
    const answer = await fetch(fold.dataset.personUrl, { headers: { Accept: 'text/html' } });
    const file = answer.ok && !answer.redirected && parse(await answer.text()).querySelector('[data-person-file]');
    if (!file) throw new Error(`${answer.status}`);
    place.replaceChildren(document.adoptNode(file));
  } catch {
    delete fold.dataset.asked;
    place.textContent = '没有打开，请检查网络后再点一次。';
  }
}

/* Key F opens or closes it; opened by a link it is read at once. */
export function watchPerson(root) {
  const fold = root.querySelector('[data-person-url]');
  if (!fold) return;
  fold.addEventListener('toggle', () => fill(fold));
  fill(fold);
}

export function togglePerson(root) {
  const fold = root.querySelector('[data-person-url]');
  if (!fold) return false;
  fold.open = !fold.open;
  if (fold.open) fold.scrollIntoView({ block: 'start' });
  return true;
}
