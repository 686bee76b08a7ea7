/* Disables the button of a form after submission; the server is idempotent without this. */
(function () {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method.toLowerCase() !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    const button = event.submitter;
    if (!button || button.classList.contains('tool')) return;
    /* After the browser has read the form: a disabled button would not send its name. */
    setTimeout(() => {
      button.dataset.words = button.textContent;
      button.textContent = button.dataset.busy || '正在提交…';
      button.disabled = true;
    });
  });
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-sent]').forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll('button[data-words]').forEach((button) => {
        button.textContent = button.dataset.words;
        button.disabled = false;
      });
    });
  });
})();
