/* Autosave of a draft: half a minute after the last change, and when the page loses the focus.
   data-autosave names the button that would save: "save" or "verb=save". */
(function () {
  const form = document.querySelector('form[data-autosave]');
  if (!form || !window.fetch) return;
  const note = document.querySelector('[data-saved]');
  let changed = false;
  let running = false;
  let timer = 0;
  const clock = () => new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  function save() {
    if (!changed || running || form.dataset.sent) return;
    changed = false;
    running = true;
    const body = new FormData(form);
    /* Files are sent only with a real submission: they are large, and their errors must be shown. */
    form.querySelectorAll('input[type=file]').forEach((input) => body.delete(input.name));
    const [button, value] = (form.dataset.autosave || 'save').split('=');
    body.set(button, value || '1');
    fetch(form.action || window.location.href, {
      method: 'POST', body, credentials: 'same-origin', headers: { 'X-Autosave': '1' },
    }).then((answer) => {
      if (!answer.ok || answer.url.includes('/login')) throw new Error(String(answer.status));
      if (note) note.textContent = '草稿已自动保存，' + clock() + '。提交后才有受理编号。';
    }).catch(() => {
      changed = true;
      if (note) note.textContent = '草稿没有自动保存成功，请点“保存草稿”。';
    }).then(() => { running = false; });
  }
  const touch = (event) => {
    if (event.target.type === 'file') return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 30000);
  };
  form.addEventListener('input', touch);
  form.addEventListener('change', touch);
  window.addEventListener('blur', save);
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
})();
