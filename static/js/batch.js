/* Progress of a batch: one call to the server per request, one line per answer, and a stop button.
   Each matter is a form, and a batch, of its own. */

function make(tag, name, words) {
  const part = document.createElement(tag);
  if (name) part.className = name;
  if (words) part.textContent = words;
  return part;
}

async function ask(form, item) {
  const body = new FormData();
  for (const name of ['csrf_token', 'batch']) body.append(name, form.elements[name].value);
  body.append('item', item);
  const answer = await fetch(form.dataset.one, { method: 'POST', body, headers: { Accept: 'application/json' } });
  if (!answer.ok || !answer.headers.get('Content-Type').includes('json')) throw new Error('' + answer.status);
  return answer.json();
}

function say(form, words) {
  let head = form.querySelector('h2[data-progress]');
  if (!head) {
    head = make('h2', '', '');
    head.dataset.progress = '';
    form.prepend(head);
  }
  head.textContent = form.dataset.batch + '：' + words;
}

async function run(form, items) {
  const place = form.querySelector('[data-results]');
  const said = make('p', '', '');
  said.setAttribute('role', 'status');
  const bar = make('progress', 'progress');
  bar.max = items.length;
  bar.value = 0;
  bar.setAttribute('aria-label', '办理进度');
  const list = make('ol', 'results');
  list.tabIndex = 0;
  list.setAttribute('aria-label', '每件的结果');
  const stop = make('button', 'btn', '停下');
  stop.type = 'button';
  let going = true;
  stop.addEventListener('click', () => { going = false; stop.disabled = true; });
  say(form, '办理中，共 ' + items.length + ' 件');
  form.querySelectorAll('[data-page]').forEach((page) => { page.hidden = true; });
  form.querySelector('.pick-bar').replaceChildren(stop, make('p', 'hint', '已经作出的决定保留；停下后，其余留在队列里。'));
  place.hidden = false;
  place.replaceChildren(said, bar, list);
  stop.focus();
  let passed = 0;
  let tried = 0;
  for (const item of items) {
    if (!going) break;
    said.textContent = '正在办理第 ' + (tried + 1) + ' 件，共 ' + items.length + ' 件';
    try {
      const result = await ask(form, item);
      passed += result.done ? 1 : 0;
      list.append(make('li', result.done ? '' : 'is-left', result.number + '：' + result.sentence));
    } catch {
      list.append(make('li', 'is-left', '没有收到回答，在这里停下。已作出的决定保留，可以再点“开始办理”，不会重复。'));
      going = false;
      break;
    }
    tried += 1;
    bar.value = tried;
    list.scrollTop = list.scrollHeight;
  }
  say(form, tried < items.length ? '停下了' : '办完了');
  said.textContent = '办了 ' + tried + ' 件，通过 ' + passed + ' 件' + (tried < items.length ? '，其余 ' + (items.length - tried) + ' 件没有办' : '');
  const on = make('a', 'btn btn--main', '看结果和撤回');
  on.href = form.dataset.report;
  const rest = make('button', 'btn', '继续办其余的');
  rest.type = 'button';
  rest.addEventListener('click', () => run(form, items.slice(tried)));
  form.querySelector('.pick-bar').replaceChildren(...(tried ? [on] : []), ...(tried < items.length ? [rest] : []));
  form.querySelector('.pick-bar').firstElementChild.focus();
}

document.querySelectorAll('form[data-batch]').forEach((form) => {
  form.addEventListener('submit', (event) => {
    const items = [...form.querySelectorAll('input[name=item]:checked')].map((box) => box.value);
    if (!items.length) return;
    event.preventDefault();
    run(form, items);
  });
});
