/* The next request is fetched while this one is read, and takes its place when the decision is answered.
   Every way that this goes wrong ends in a plain page load. */

export class Ahead {
  constructor(url) {
    this.url = url;
    this.found = Promise.resolve(null);
  }

  /* When the page is idle. */
  start() {
    if (!this.url) return;
    const go = () => { this.found = this.fetch().catch(() => null); };
    if (window.requestIdleCallback) window.requestIdleCallback(go, { timeout: 2500 }); else setTimeout(go, 800);
  }

  async fetch() {
    const answer = await fetch(this.url, { headers: { Accept: 'text/html' } });
    if (answer.status !== 200 || answer.redirected) return null;
    const page = parse(await answer.text());
    const root = page.querySelector('[data-review-page]');
    const version = page.querySelector('[name=seen_version]');
    if (!root || !version) return null;
    const first = page.querySelector('[data-fresh] .viewer__image img') || page.querySelector('.viewer__image img');
    if (first) fetch(first.src, { method: 'HEAD' }).catch(() => null); /* drawn on the server, neither delivered nor read */
    return { page, id: root.dataset.reviewPage, version: version.value };
  }
}

export const parse = (text) => new DOMParser().parseFromString(text, 'text/html');

/* Replace the main element by that of another page. */
export function swap(page, url) {
  const coming = page.querySelector('main');
  document.dispatchEvent(new Event('review-page:unload'));
  document.title = page.title;
  document.body.className = page.body.className;
  if (url) window.history.pushState({ reviewPage: url }, '', url);
  const main = document.adoptNode(coming);
  document.querySelector('main').replaceWith(main);
  window.scrollTo(0, 0);
  document.dispatchEvent(new Event('review-page:load'));
  (main.querySelector('[data-focus]') || main).focus({ preventScroll: true });
}

/* Update the prefetched page with the claim and the last decision of the response. */
export function dress(page, answer) {
  const put = (place, html) => {
    const box = page.querySelector(place);
    if (box) box.replaceChildren(...parse(html).body.childNodes);
  };
  put('[data-held]', answer.held);
  put('[data-last-here]', answer.last);
}

window.addEventListener('popstate', (event) => {
  if (event.state && event.state.reviewPage || document.documentElement.dataset.swapped) window.location.reload();
});
