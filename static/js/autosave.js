/* Autosave of a draft: three seconds after the last key, and when the page loses the focus.
   data-autosave names the button that would save: "save" or "verb=save". */
(function () {
  const form = document.querySelector('form[data-autosave]');
  if (!form || !window.fetch) return;
  const note = document.querySelector('[data-saved]');
  let changed = false;
  let running = false;
  let timer = 0;
  let pause = 3000;
  let pressed = null;
  const clock = () => new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  const say = (words) => { if (note) note.textContent = words; };
  /* The draft is born at the first save: from then on the page is that of the draft. */
  function saved(answer) {
    if (answer.words) { say(answer.words); return; }
    const seen = form.elements.seen_values;
    if (seen) seen.value = answer.seen;
    if (answer.url && form.getAttribute('action') !== answer.url) {
      form.setAttribute('action', answer.url);
      window.history.replaceState(null, '', answer.url);
    }
    pause = 3000;
    document.dispatchEvent(new Event('session:used'));
    say('已自动保存 ' + clock());
  }
  const wait = () => { clearTimeout(timer); timer = setTimeout(save, pause); };
  function save() {
    if (!changed || running || form.dataset.sent) return;
    changed = false;
    running = true;
    const body = new FormData(form);
    /* Files are sent only with a real submission: they are large, and their errors must be shown. */
    form.querySelectorAll('input[type=file]').forEach((input) => body.delete(input.name));
    const [button, value] = (form.dataset.autosave || 'save').split('=');
    body.set(button, value || '1');
    fetch(form.action, {
      method: 'POST', body, credentials: 'same-origin', headers: { 'X-Autosave': '1' },
    }).then((answer) => {
      if (answer.status === 409) return answer.text().then((words) => { say(words); });
      if (!answer.ok || answer.url.includes('/login')) throw new Error(String(answer.status));
      if (answer.status === 204) return null;
      return answer.json().then(saved);
    }).catch(() => {
      changed = true;
      pause = 30000;
      say('没有自动保存成功，请点“保存草稿”。');
    }).then(() => {
      running = false;
      if (pressed) { form.requestSubmit(pressed); pressed = null; return; }
      if (changed && !form.dataset.sent) wait();
    });
  }
  const touch = (event) => {
    if (event.target.type === 'file') return;
    changed = true;
    wait();
  };
  /* A button pressed during an autosave waits for it: both would save the same fields. */
  form.addEventListener('submit', (event) => {
    if (!running) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
  }, true);
  form.addEventListener('input', touch);
  form.addEventListener('change', touch);
  window.addEventListener('blur', save);
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
})();
