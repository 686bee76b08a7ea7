/* Download forms: the page stays open, so the button is enabled again. */
(function () {
  document.querySelectorAll('form[data-download]').forEach((form) => form.addEventListener('submit', () => setTimeout(() => {
    delete form.dataset.sent;
    form.querySelectorAll('button[data-words]').forEach((button) => {
      button.textContent = button.dataset.words;
      button.disabled = false;
    });
  }, 2000)));
})();
