/* What happens in one upload slot of a draft is sent at once: a file, or a button of the slot. The server answers with the
   page of the form, of which the slot, its lines in the error summary, and the parts marked data-live are shown. */

const OFFLINE = '没有连上服务器，这份文件还没有上传。请检查网络，再点“重新上传”。';
const BUSY = '现在办理的人较多，这份文件还没有上传。请过几秒，再点“重新上传”。';
const ENDED = '登录已经结束，这份文件还没有上传。请重新登录，再选一次；已填的内容不会丢失。';
const OTHER = '这份文件没有上传成功，请点“重新上传”；仍不行，请拨技术支持电话。';
const watched = new WeakSet();
let last = Promise.resolve();
let waiting = 0;
let pressed = null;

/* A button of the form that is pressed meanwhile waits for the files. */
function watch(form) {
  if (watched.has(form)) return;
  watched.add(form);
  form.addEventListener('submit', (event) => {
    if (!waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
  }, true);
}

/* One after the other: each answer shows the form as the one before has left it. A job tells whether it succeeded. */
export function enqueue(form, job) {
  watch(form);
  waiting += 1;
  last = last.then(job).catch(() => false).then((done) => {
    waiting -= 1;
    if (!done) pressed = null;
    if (waiting || !pressed) return;
    const button = pressed;
    pressed = null;
    form.requestSubmit(button);
  });
}

class Unsent extends Error {
  constructor(words, ended) {
    super(words);
    this.ended = Boolean(ended);
  }
}

/* Sends these inputs alone; gives the page of the form, or throws Unsent with what to do. */
export function send(form, inputs, tell) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    const request = new XMLHttpRequest();
    for (const name of ['csrf_token', 'filled_by']) body.set(name, form.elements[name].value);
    if (form.dataset.checked !== undefined) body.set('check', '1');
    for (const [name, value] of Object.entries(inputs)) body.set(name, value);
    request.open('POST', form.getAttribute('action'));
    request.setRequestHeader('X-Slot', '1');
    request.responseType = 'document';
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) tell(Math.floor(100 * event.loaded / event.total));
    });
    request.addEventListener('error', () => reject(new Unsent(OFFLINE)));
    request.addEventListener('load', () => {
      const page = request.response;
      if (request.status === 400 || new URL(request.responseURL).pathname === '/login') reject(new Unsent(ENDED, true));
      else if (page && page.querySelector('form[data-autosave]')) resolve(page);
      else if (request.status === 409 && page) reject(new Unsent(page.body.textContent.trim() + '。'));
      else reject(new Unsent(request.status === 503 ? BUSY : OTHER));
    });
    request.send(body);
  });
}

const linesOf = (page, name) => Array.from(page.querySelectorAll('.errors a'))
  .filter((link) => link.getAttribute('href') === '#' + name)
  .map((link) => link.closest('li'));

/* The sentences of the error summary about one slot. */
export const faultsOf = (page, name) => linesOf(page, name).map((line) => line.textContent);

/* The lines about this slot in the error summary, in the order of the page. */
function summarise(page, name) {
  let box = document.querySelector('.errors');
  const lines = linesOf(page, name);
  if (box) linesOf(document, name).forEach((line) => line.remove());
  if (!box && !lines.length) return;
  if (!box) {
    box = document.importNode(page.querySelector('.errors'), true);
    box.removeAttribute('data-focus');
    box.querySelector('ul').textContent = '';
    document.querySelector('form[data-autosave]').before(box);
  }
  const list = box.querySelector('ul');
  const slot = document.getElementById(name);
  const after = Array.from(list.children).find((line) => {
    const link = line.querySelector('a');
    const target = link && document.getElementById(link.getAttribute('href').slice(1));
    return target && slot && slot.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
  });
  lines.forEach((line) => list.insertBefore(document.importNode(line, true), after || null));
  const places = new Set(Array.from(list.querySelectorAll('a'), (link) => link.getAttribute('href')));
  const count = box.querySelector('[data-count]');
  if (count) count.textContent = places.size;
  if (!list.children.length) box.remove();
  document.title = (list.children.length ? '错误：' : '') + document.title.replace(/^错误：/, '');
}

/* Show the slot as the answer has it; gives the new element. */
export function show(form, page, name) {
  const action = page.querySelector('form[data-autosave]').getAttribute('action');
  if (form.getAttribute('action') !== action) {
    /* The first file has made the draft: from now on the page is that of the draft. */
    form.setAttribute('action', action);
    window.history.replaceState(null, '', action);
  }
  const find = (place) => Array.from(place.querySelectorAll('[data-slot]')).find((one) => one.dataset.slot === name);
  const [old, fresh] = [find(document), find(page)];
  if (!fresh) {
    /* This material is no longer asked for: show the whole form anew. */
    setTimeout(() => form.requestSubmit(form.querySelector('button[name=save]')));
    return old;
  }
  const made = document.importNode(fresh, true);
  old.replaceWith(made);
  document.querySelectorAll('[data-live]').forEach((part) => {
    const now = Array.from(page.querySelectorAll('[data-live]')).find((one) => one.dataset.live === part.dataset.live);
    if (now) part.replaceWith(document.importNode(now, true));
  });
  summarise(page, name);
  document.dispatchEvent(new Event('session:used'));
  return made;
}
