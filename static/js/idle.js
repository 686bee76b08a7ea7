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
  function leave() {
    window.location.href = document.body.dataset.loginUrl + '?next=' + encodeURIComponent(window.location.pathname);
  }
  function build() {
    dialog = document.createElement('dialog');
    title = document.createElement('h2');
    title.id = 'idle-title';
    dialog.setAttribute('aria-labelledby', title.id);
    const words = document.createElement('p');
    words.textContent = '已保存的草稿不会丢失。';
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
  document.addEventListener('review-page:load', () => { start = Date.now(); });
  setInterval(() => {
    const passed = Date.now() - start;
    if (passed >= endAfter) { leave(); return; }
    if (passed < warnAfter) return;
    if (!dialog) build();
    title.textContent = '这次登录 ' + Math.max(1, Math.ceil((endAfter - passed) / 60000)) + ' 分钟后结束';
    if (!dialog.open) dialog.showModal();
  }, 1000);
})();
