/* Document viewer: one page image or two side by side; focusing a fact selects the document that proves it. */
import { onKey } from './shortcuts.js';
import { Marks } from './viewer-marks.js';
import { Pane, fetchPicture, forgetPictures } from './viewer-pane.js';
import { compare, readDocuments } from './viewer-documents.js';

const WIDE = window.matchMedia('(min-width: 1024px)');
const STEP = 1.25;
const DWELL = 1500; /* milliseconds in view before a page counts as read */

class Viewer {
  constructor(root) {
    const find = (what) => root.querySelector(what);
    Object.assign(this, { root, find, documents: readDocuments(root), place: 0, page: 0, double: false });
    this.life = new AbortController();
    const { signal } = this.life;
    document.addEventListener('review-page:unload', () => {
      this.life.abort();
      this.documents.forEach((paper) => forgetPictures(paper.images.flatMap((image) => [image.url, image.large])));
    }, { signal });
    this.stage = find('.viewer__stage');
    this.panes = [this.addPane(), this.addPane()];
    this.active = this.panes[0];
    this.marks = new Marks(root);
    this.beside = find('[data-beside]');
    this.documents.forEach((paper, at) => {
      [...paper.images, ...paper.images.old].forEach((image, page) => this.beside.add(new Option(image.title, `${at}.${page}`)));
    });
    this.beside.addEventListener('change', () => this.showBeside(this.beside.value));
    find('[data-light]').addEventListener('input', (event) => this.panes.forEach((pane) => {
      pane.light = Number(event.target.value);
      pane.draw();
    }));
    find('.viewer__tools').addEventListener('click', (event) => {
      const button = event.target.closest('[data-act]');
      if (button && button.getAttribute('aria-disabled') !== 'true') this[button.dataset.act]();
    });
    root.addEventListener('viewer:say', (event) => { find('[data-say]').textContent = event.detail; });
    WIDE.addEventListener('change', () => this.arrange(), { signal });
    for (const name of ['resize', 'scroll']) {
      window.addEventListener(name, () => requestAnimationFrame(() => this.measure()), { passive: true, signal });
    }
    const bar = document.querySelector('.decision-bar');
    if (bar) new ResizeObserver(() => this.measure()).observe(bar);
    this.listen();
    this.arrange();
    const first = this.documents[this.place];
    if (this.live && first.fresh && first.images.old.length) this.two();
  }

  addPane() {
    const pane = new Pane(() => this.tell());
    ['pointerdown', 'focusin', 'wheel'].forEach((name) => pane.box.addEventListener(name, () => this.hold(pane), { passive: true }));
    return pane;
  }

  hold(pane) {
    this.active = pane;
    this.panes.forEach((one) => one.box.classList.toggle('is-active', one === pane));
    this.tell();
  }

  /* On a narrow screen all pages are below each other, with the browser's own pinch zoom. */
  arrange() {
    this.live = WIDE.matches && this.documents.length > 0;
    this.root.classList.toggle('is-live', this.live);
    for (const part of ['.viewer__stage', '.viewer__side', '.viewer__tools']) this.find(part).hidden = !this.live;
    this.measure();
    if (!this.live) return;
    this.stage.replaceChildren(...this.panes.slice(0, this.double ? 2 : 1).map((pane) => pane.box));
    this.show(this.place, this.page);
  }

  show(place, page = 0) {
    const paper = this.documents[place];
    if (!paper) return;
    Object.assign(this, { place, page });
    this.root.querySelectorAll('[data-tab]').forEach((tab) => {
      if (tab.dataset.tab === paper.id) tab.setAttribute('aria-current', 'true'); else tab.removeAttribute('aria-current');
    });
    this.marks.show(paper.id);
    if (!this.live) return;
    const tab = this.find(`[data-tab="${paper.id}"]`), row = tab.parentNode;
    row.scrollLeft = Math.max(0, tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2);
    this.hold(this.panes[0]);
    this.panes[0].show(paper.images[page]);
    this.find('[data-name]').textContent = paper.title;
    this.find('[data-take]').href = paper.copy;
    this.find('.viewer__pages').hidden = paper.images.length < 2;
    this.find('[data-pages]').textContent = `第 ${page + 1}/${paper.images.length} 页`;
    this.find('[data-act=back]').setAttribute('aria-disabled', String(page === 0));
    this.find('[data-act=on]').setAttribute('aria-disabled', String(page + 1 >= paper.images.length));
    this.find('[data-say]').textContent = paper.images[page].title;
    compare(this.root, paper);
    clearTimeout(this.dwell);
    this.dwell = setTimeout(() => this.read(paper, page), DWELL);
    const next = paper.images[page + 1] || (this.documents[place + 1] || { images: [] }).images[0];
    if (next) setTimeout(() => fetchPicture(next.url), 400);
  }

  read(paper, page) {
    if (document.hidden || this.life.signal.aborted) return;
    paper.pages = (paper.pages || new Set()).add(page);
    if (paper.pages.size === paper.images.length) this.marks.see(paper.id);
  }

  /* Keep tabs and tools visible: the documents end above the decision bar. */
  measure() {
    const bar = document.querySelector('.decision-form.is-live, .decision-form--quiet, .decision-bar');
    const end = bar ? Math.min(window.innerHeight, bar.getBoundingClientRect().top) : window.innerHeight;
    const begin = Math.max(0, this.root.getBoundingClientRect().top);
    this.root.style.height = this.live ? `${Math.max(360, end - begin)}px` : '';
  }

  showDocument(id) {
    const place = this.documents.findIndex((paper) => paper.id === id);
    if (place >= 0 && (place !== this.place || !this.live)) this.show(place);
    return place >= 0;
  }

  prove(codes) {
    const wanted = codes.split(' ');
    if (wanted.includes(this.documents[this.place] && this.documents[this.place].code)) return;
    const place = this.documents.findIndex((paper) => wanted.includes(paper.code));
    if (place >= 0) this.show(place);
  }

  tell() {
    this.find('[data-scale]').textContent = `${Math.round(this.active.scale * 100)}%`;
  }

  out() { this.active.zoom(this.active.scale / STEP); }
  in() { this.active.zoom(this.active.scale * STEP); }
  whole() { this.active.zoom(1); }
  fit() { this.active.fit(); }
  turn() { this.active.rotate(); }
  back() { if (this.page) this.show(this.place, this.page - 1); }
  on() { if (this.page + 1 < this.documents[this.place].images.length) this.show(this.place, this.page + 1); }

  two() {
    this.double = !this.double;
    this.find('[data-act=two]').setAttribute('aria-pressed', String(this.double));
    this.find('.viewer__beside').hidden = !this.double;
    this.root.classList.toggle('is-double', this.double);
    this.arrange();
    if (this.double) this.showBeside(this.choose());
  }

  /* What it replaces beside the new one, page by page, else the next page, else the next document. */
  choose() {
    const { images } = this.documents[this.place];
    if (images.old.length) return `${this.place}.${images.length + Math.min(this.page, images.old.length - 1)}`;
    if (images[this.page + 1]) return `${this.place}.${this.page + 1}`;
    return `${this.documents[this.place + 1] ? this.place + 1 : 0}.0`;
  }

  showBeside(choice) {
    const [place, page] = choice.split('.').map(Number);
    const { images } = this.documents[place];
    this.beside.value = choice;
    this.panes[1].show(images[page] || images.old[page - images.length]);
  }

  listen() {
    const follow = () => this.showDocument(window.location.hash.replace('#document-', ''));
    const { signal } = this.life;
    window.addEventListener('hashchange', follow, { signal });
    document.addEventListener('click', (event) => {
      const link = event.target.closest('a[href^="#document-"]');
      if (link && this.live && this.showDocument(link.hash.replace('#document-', ''))) event.preventDefault();
    }, { signal });
    for (const name of ['focusin', 'click']) {
      document.addEventListener(name, (event) => {
        const row = this.live && event.target.closest('[data-proof]');
        if (row) this.prove(row.dataset.proof);
      }, { signal });
    }
    const live = (act) => () => { if (!this.live) return false; act(); };
    const zoomIn = live(() => this.in());
    onKey({
      '[': live(() => this.show(this.place - 1)),
      ']': live(() => this.show(this.place + 1)),
      '+': zoomIn,
      '=': zoomIn,
      '-': live(() => this.out()),
      0: live(() => this.fit()),
      R: live(() => this.turn()),
      V: live(() => this.marks.see(this.documents[this.place].id, true)),
    });
    const asked = this.documents.findIndex((paper) => '#document-' + paper.id === window.location.hash);
    const fresh = this.documents.findIndex((paper) => paper.fresh);
    this.place = Math.max(0, asked >= 0 ? asked : fresh);
  }
}

const open = () => document.querySelectorAll('[data-viewer]').forEach((root) => new Viewer(root));
document.addEventListener('review-page:load', open);
open();
