/* One page image: wheel and buttons zoom about a point, dragging pans; the rotation is stored per file. */
import { bindPointerEvents } from './viewer-pointer-events.js';

const CLOSEST = 8;
const KEPT_IN_VIEW = 60;
const FINE_FROM = 1.15;
const SENTENCE = '这一页没有显示出来。请再试一次；还是不行时请联系技术支持。';
const pictures = new Map();

/* Cached elements: a page that was shown before appears at once. */
export function fetchPicture(url) {
  const kept = pictures.get(url);
  if (kept && !kept.isConnected) return kept;
  const picture = new Image();
  picture.draggable = false;
  picture.decoding = 'async';
  picture.src = url;
  if (!kept) pictures.set(url, picture);
  return picture;
}

export function forgetPictures(urls) { urls.forEach((url) => pictures.delete(url)); }

const turnKey = (id) => 'anguan.turn.' + id;
function recallTurn(id) {
  try { return Number(localStorage.getItem(turnKey(id))) % 4 || 0; } catch { return 0; }
}
function keepTurn(id, turn) {
  try {
    if (turn) localStorage.setItem(turnKey(id), String(turn)); else localStorage.removeItem(turnKey(id));
  } catch { /* rotation works without storage */ }
}

export class Pane {
  constructor(told) {
    this.told = told;
    this.box = document.createElement('div');
    this.box.className = 'viewer__pane';
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'group');
    this.scale = 1;
    this.fits = true;
    this.turn = 0;
    this.light = 100;
    this.at = { x: 0, y: 0 };
    bindPointerEvents(this);
    new ResizeObserver(() => { if (this.fits) this.fit(); else this.draw(); }).observe(this.box);
  }

  /* `image`: { id, title, url, large }. Turning a page of the same file keeps the scale. */
  show(image) {
    if (this.image && this.image.url === image.url) return;
    const same = this.image && this.image.id === image.id;
    this.image = image;
    this.turn = recallTurn(image.id);
    if (!same) this.fits = true;
    const picture = fetchPicture(image.url);
    this.picture = picture;
    this.fine = false;
    picture.alt = image.title;
    this.box.setAttribute('aria-label', image.title);
    this.box.textContent = '';
    if (picture.complete) return this.arrive(picture);
    this.say('viewer__wait', '正在打开…');
    picture.addEventListener('load', () => this.arrive(picture), { once: true });
    picture.addEventListener('error', () => this.arrive(picture), { once: true });
  }

  arrive(picture) {
    if (picture !== this.picture) return;
    this.box.textContent = '';
    if (!picture.naturalWidth) return this.explain();
    this.size = this.size && this.fine ? this.size : { w: picture.naturalWidth, h: picture.naturalHeight };
    picture.style.width = this.size.w + 'px';
    this.box.append(picture);
    if (this.fits) this.fit(); else { this.at = { x: 0, y: 0 }; this.draw(); }
  }

  /* The server's message why there is no picture. */
  async explain() {
    const { url } = this.image;
    pictures.delete(url);
    let words = SENTENCE;
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      if ((answer.headers.get('Content-Type') || '').includes('json')) words = (await answer.json()).sentence || words;
    } catch { /* no response: the general message stays */ }
    if (this.image.url === url) this.say('viewer__fault', words).setAttribute('role', 'alert');
  }

  say(name, words) {
    const line = document.createElement('p');
    line.className = name;
    line.textContent = words;
    this.box.replaceChildren(line);
    return line;
  }

  sides() {
    const { w, h } = this.size || { w: 1, h: 1 };
    return this.turn % 2 ? { w: h, h: w } : { w, h };
  }

  fit() {
    const { w, h } = this.sides();
    const space = 24;
    this.fits = true;
    this.at = { x: 0, y: 0 };
    this.scale = Math.max(0.02, Math.min((this.box.clientWidth - space) / w, (this.box.clientHeight - space) / h));
    this.draw();
  }

  /* Zoom about a point relative to the pane's centre; that point stays fixed. */
  zoom(scale, point = { x: 0, y: 0 }) {
    if (!this.size) return;
    const next = Math.min(CLOSEST, Math.max(0.05, scale));
    const ratio = next / this.scale;
    this.at = { x: point.x - (point.x - this.at.x) * ratio, y: point.y - (point.y - this.at.y) * ratio };
    this.scale = next;
    this.fits = false;
    this.draw();
  }

  move(x, y) {
    this.at = { x: this.at.x + x, y: this.at.y + y };
    this.fits = false;
    this.draw();
  }

  rotate() {
    this.turn = (this.turn + 1) % 4;
    keepTurn(this.image.id, this.turn);
    if (this.fits) return this.fit();
    this.at = { x: -this.at.y, y: this.at.x };
    this.draw();
  }

  draw() {
    if (!this.picture || !this.size) return;
    const { w, h } = this.sides();
    const hold = (value, side, space) => {
      const most = Math.max(0, (side * this.scale + space) / 2 - KEPT_IN_VIEW);
      return Math.min(most, Math.max(-most, value));
    };
    this.at = { x: hold(this.at.x, w, this.box.clientWidth), y: hold(this.at.y, h, this.box.clientHeight) };
    const { x, y } = this.at;
    this.picture.style.transform =
      `translate(-50%, -50%) translate(${x}px, ${y}px) rotate(${this.turn * 90}deg) scale(${this.scale})`;
    this.picture.style.filter = this.light === 100 ? '' : `brightness(${this.light}%)`;
    if (this.scale > FINE_FROM && !this.fine && this.image.large) this.refine();
    this.told();
  }

  /* Above a certain zoom, load the larger rendering and replace the first. */
  refine() {
    this.fine = true;
    const { image } = this;
    const better = fetchPicture(image.large);
    const swap = () => {
      if (this.image !== image || !better.naturalWidth) return;
      better.alt = image.title;
      this.picture = better;
      this.arrive(better);
    };
    if (better.complete) swap(); else better.addEventListener('load', swap, { once: true });
  }
}
