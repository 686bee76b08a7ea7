/* The review page: keys, the open option, sending a decision, next request. Every action is also a plain form or link. */
import { onKey } from './shortcuts.js';
import { recallKeys, showKeys } from './review-shortcuts.js';
import { countDown, keepClaim } from './review-claim.js';
import { togglePerson, watchPerson } from './review-person.js';
import { Reasons } from './review-reasons.js';
import { Ahead, dress, parse, swap } from './review-prefetch.js';
import { marksKept } from './viewer-marks.js';

class ReviewPage {
  constructor(root) {
    this.root = root;
    this.bar = document.querySelector('[data-decision-bar]');
    const life = new AbortController();
    this.signal = life.signal;
    document.addEventListener('review-page:unload', () => life.abort(), { once: true });
    recallKeys(root.dataset.account);
    countDown(document.querySelector('main'), this.signal);
    const rest = root.querySelector('[data-rest]');
    if (rest) { rest.hidden = false; rest.addEventListener('click', () => this.unfold()); }
    watchPerson(root);
    if (this.bar) this.open();
    this.listen();
  }

  /* Elements that exist only for accounts that may decide. */
  open() {
    const { bar } = this;
    const find = (what) => bar.querySelector(what);
    this.form = find('#decision');
    this.sure = find('[data-sure]');
    bar.classList.add('is-live');
    this.reasons = new Reasons(bar, (words) => this.say(words));
    bar.querySelectorAll('details[data-way]').forEach((way) => way.addEventListener('toggle', () => this.arrange(way)));
    this.arrange();
    this.goWhereAsked();
    find('[data-keys-open]').hidden = false;
    find('[data-keys-open]').addEventListener('click', () => showKeys(this.root.dataset.account));
    find('[data-sure-stay]').addEventListener('click', () => this.unsure());
    this.ahead = new Ahead(this.root.dataset.peek);
    this.ahead.start();
    keepClaim(this.root, this.form.elements.csrf_token.value, (words) => this.lose(words), this.signal);
    document.addEventListener('submit', (event) => this.catch(event), { capture: true, signal: this.signal });
    document.addEventListener('keydown', (event) => this.finish(event), { signal: this.signal });
  }

  /* A link to #return opens that option once; the page that replaces this one starts without it. */
  goWhereAsked() {
    const { hash, pathname, search } = window.location, way = hash.slice(1);
    if (!this.bar.querySelector(`[data-way="${CSS.escape(way)}"]`)) return;
    window.history.replaceState(window.history.state, '', pathname + search);
    this.go(way);
  }

  say(words) {
    const place = this.bar && this.bar.querySelector('[data-say]');
    if (place) place.textContent = words;
  }

  /* One option at a time; reasons are shown where they apply. */
  arrange(way) {
    const ways = Array.from(this.bar.querySelectorAll('details[data-way]'));
    if (way && way.open) ways.forEach((one) => { if (one !== way) one.open = false; });
    const open = this.reasons.way();
    if (open) { this.unsure(false); this.say(''); }
    this.bar.querySelector('[data-chips]').hidden = !['return', 'reject'].includes(open);
    this.fit();
  }

  /* Keep the focused element and the documents above the bar. */
  fit() {
    this.bar.style.setProperty('--bar', `${this.bar.offsetHeight}px`);
    document.documentElement.style.setProperty('scroll-padding-bottom', `${this.bar.offsetHeight + 12}px`);
    window.dispatchEvent(new Event('resize'));
  }

  go(name) {
    const way = this.bar && this.bar.querySelector(`[data-way="${name}"]`);
    if (!way) { this.pressed('A'); return; }
    way.open = true;
    this.arrange(way);
    const rest = way.querySelector('[data-rest-here]') || way.querySelector('textarea, input:not([type=hidden])');
    rest.focus({ preventScroll: true });
  }

  /* Key A: the bar asks for confirmation, Enter confirms. */
  approve() {
    if (!this.bar) return;
    const button = this.bar.querySelector('.decision-form__actions [name=verdict][value=approve]');
    if (!button) {
      if (this.bar.querySelector('[data-way=override]')) { this.go('override'); return; }
      const why = document.getElementById('why-not');
      this.say(why ? why.textContent : '现在不能通过');
      if (why) why.hidden = true;
      this.fit();
      return;
    }
    this.ask('');
  }

  ask(words) {
    this.bar.querySelectorAll('details[data-way]').forEach((way) => { way.open = false; });
    const line = this.sure.querySelector('[data-sure-words]'), go = this.sure.querySelector('[data-sure-go]');
    if (words) this.form.elements.unseen_ok.value = '1';
    line.textContent = words ? `${words}。仍要通过吗？` : `通过 ${document.querySelector('h1 .num').textContent}？`;
    line.classList.toggle('is-warned', Boolean(words));
    go.firstChild.textContent = words ? '仍然通过' : '确认通过';
    this.sure.hidden = false;
    this.fit();
    go.focus({ preventScroll: true });
  }

  unsure(back = true) {
    if (this.sure.hidden) return;
    this.sure.hidden = true;
    this.fit();
    if (back) document.querySelector('main').focus({ preventScroll: true });
  }

  /* Esc closes the option; Ctrl+Enter sends the open one, from within its fields too. */
  finish(event) {
    if (event.isComposing || event.keyCode === 229 || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      this.unsure();
      const way = this.bar.querySelector('details[data-way][open]');
      if (way) { way.open = false; document.querySelector('main').focus({ preventScroll: true }); }
      return;
    }
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    const open = this.bar.querySelector('details[data-way][open]');
    const button = open ? open.querySelector('button[name=verdict], .decision-form__snooze button') : !this.sure.hidden && this.sure.querySelector('[data-sure-go]');
    if (button) { event.preventDefault(); button.click(); }
  }

  catch(event) {
    const { target: form, submitter } = event;
    if (form !== this.form || !submitter || submitter.name !== 'verdict') return;
    event.preventDefault();
    this.send(submitter);
  }

  async send(button) {
    if (this.busy) return;
    this.busy = true;
    const { form } = this, said = new FormData(form);
    said.set('verdict', button.value);
    const words = button.firstChild.textContent;
    button.firstChild.textContent = '正在提交…';
    await marksKept();
    let answer = null;
    try {
      const got = await fetch(form.action, { method: 'POST', body: said, headers: { Accept: 'application/json' } });
      answer = await got.json();
    } catch { answer = null; }
    button.firstChild.textContent = words;
    if (!answer) { this.sendPlainly(button.value); return; }
    this.busy = false;
    if (answer.ask) this.ask(answer.ask);
    else if (answer.page) swap(parse(answer.page));
    else await this.arrive(answer);
  }

  /* The response was not ours (logged out, network down): let the browser submit the form. */
  sendPlainly(verdict) {
    this.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'verdict', value: verdict }));
    this.form.submit();
  }

  async arrive(answer) {
    const found = answer.next ? await this.ahead.found : null;
    if (!found || found.id !== String(answer.next) || found.version !== String(answer.version)) {
      window.location.assign(answer.url);
      return;
    }
    dress(found.page, answer);
    swap(found.page, answer.url);
  }

  lose(words) {
    const box = this.root.querySelector('[data-lost]');
    box.querySelector('[data-lost-words]').textContent = `您的领取已到期，${words}`;
    box.hidden = false;
    box.scrollIntoView({ block: 'nearest' });
    this.bar.classList.add('is-lost');
    this.bar.querySelectorAll('button, input, select, textarea').forEach((one) => { one.disabled = true; });
    this.say(box.textContent);
    this.lost = true;
  }

  unfold() {
    const rest = document.getElementById('rest');
    if (rest) rest.open = !rest.open;
  }

  async copy() {
    const place = this.root.querySelector('[data-number]');
    const number = place && place.dataset.number;
    if (!number) { this.say('这件申请没有证书编号'); return; }
    try {
      await navigator.clipboard.writeText(number);
      this.say(`已复制 ${number}`);
    } catch {
      window.getSelection().selectAllChildren(place);
      this.say('浏览器不让复制，证书编号已选中，请按 Ctrl+C');
    }
  }

  /* Keys of existing links and buttons click them. */
  pressed(key, otherwise = '') {
    const thing = document.querySelector(`main [data-key="${key}"]`);
    if (thing) thing.click(); else if (otherwise) this.say(otherwise);
  }

  listen() {
    const deciding = (act) => () => { if (!this.bar || this.lost) return false; act(); };
    const keys = {
      J: () => this.pressed('J', '后面没有了'),
      K: () => this.pressed('K', '前面没有了'),
      Q: () => this.pressed('Q'),
      Z: () => this.pressed('Z', '没有可以撤回的决定'),
      D: () => this.unfold(),
      C: () => { this.copy(); },
      F: () => { if (!togglePerson(this.root)) this.say('这件申请不是关于个人的'); },
      A: deciding(() => this.approve()),
      B: deciding(() => this.go('return')),
      N: deciding(() => this.go('reject')),
      H: deciding(() => this.go('snooze')),
      G: deciding(() => this.pressed('G')),
      '?': () => showKeys(this.root.dataset.account),
    };
    for (let digit = 1; digit <= 9; digit += 1) {
      keys[digit] = deciding(() => {
        if (!['return', 'reject'].includes(this.reasons.way())) this.go('return');
        this.reasons.choose(digit - 1);
      });
    }
    onKey(keys);
  }
}

const open = () => document.querySelectorAll('[data-review-page]').forEach((root) => new ReviewPage(root));
document.addEventListener('review-page:load', open);
open();
