/* Warns two minutes before the session times out, with a button that extends it. */
(function () {
  const minutes = Number(document.body.dataset.idleMinutes);
  if (!minutes || !window.HTMLDialogElement) return;
  const warnAfter = Math.max(minutes - 2, minutes / 2) * 60000;
  const endAfter = minutes * 60000;
  let start = Date.now();
  let dialog = null;
  let title = null;
  function prolong() {
    const { extendUrl, token } = document.body.dataset;
    const asked = extendUrl
      ? fetch(extendUrl, { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': token } })
      : fetch(window.location.href, { credentials: 'same-origin', cache: 'no-store' });
    asked.then((answer) => { if (!answer.ok || answer.redirected) leave(); }).catch(() => {});
    start = Date.now();
    dialog.close();
  }
  /* What was typed and not saved is kept on the server for this account, and shown after the login. */
  const typedIn = new Set();
  document.addEventListener('input', (event) => { if (event.target.form) typedIn.add(event.target.form); });
  document.addEventListener('submit', (event) => { typedIn.delete(event.target); });
  function keep(form) {
    const body = new FormData(form);
    form.querySelectorAll('input[type=file]').forEach((input) => body.delete(input.name));
    return fetch(form.action, { method: 'POST', body, credentials: 'same-origin', headers: { 'X-Keep-Form': '1' } });
  }
  function leave() {
    const forms = Array.from(typedIn).filter((form) => form.isConnected && form.method.toLowerCase() === 'post');
    typedIn.clear();
    const away = () => {
      window.location.href = document.body.dataset.loginUrl + '?timed_out=1&next=' + encodeURIComponent(window.location.pathname + window.location.search);
    };
    Promise.allSettled(forms.slice(-1).map(keep)).then(away);
  }
  function build() {
    dialog = document.createElement('dialog');
    title = document.createElement('h2');
    title.id = 'idle-title';
    dialog.setAttribute('aria-labelledby', title.id);
    const words = document.createElement('p');
    words.textContent = '已填的内容不会丢失。';
    const stay = document.createElement('button');
    stay.type = 'button';
    stay.className = 'btn btn--main';
    stay.textContent = '继续使用';
    stay.addEventListener('click', prolong);
    const actions = document.createElement('div');
    actions.className = 'actions';
    actions.append(stay);
    dialog.append(title, words, actions);
    document.body.append(dialog);
  }
  ['review-page:load', 'session:used'].forEach((name) => document.addEventListener(name, () => { start = Date.now(); }));
  document.addEventListener('session:ended', leave);
  const watch = setInterval(() => {
    const passed = Date.now() - start;
    if (passed >= endAfter) { clearInterval(watch); leave(); return; }
    if (passed < warnAfter) return;
    if (!dialog) build();
    title.textContent = '这次登录 ' + Math.max(1, Math.ceil((endAfter - passed) / 60000)) + ' 分钟后结束';
    if (!dialog.open) dialog.showModal();
  }, 1000);
})();
