/* Confirmation dialogs for actions with consequences; where the form names a number, it must be typed. */
(function () {
  if (!window.HTMLDialogElement) return;
  const make = (tag, name, words) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (words) element.textContent = words;
    return element;
  };
  function ask(form, submitter) {
    const asked = submitter && submitter.dataset.confirm ? submitter.dataset : form.dataset;
    const dialog = make('dialog');
    const title = make('h2', '', asked.confirmTitle || '请确认');
    title.id = 'confirm-title';
    dialog.setAttribute('aria-labelledby', title.id);
    const go = make('button', 'btn btn--risk', asked.confirmLabel || (submitter && submitter.textContent) || '继续');
    const stay = make('button', 'btn', asked.confirmStay || '取消');
    const actions = make('div', 'actions');
    go.type = stay.type = 'button';
    dialog.append(title, make('p', '', asked.confirm));
    if (asked.confirmTyped) {
      const label = make('label', 'field__label', '输入 ' + asked.confirmTyped + ' 确认');
      const input = make('input', 'control');
      input.id = 'confirm-typed';
      label.htmlFor = input.id;
      input.autocomplete = 'off';
      go.disabled = true;
      input.addEventListener('input', () => {
        go.disabled = input.value.replace(/\s/g, '').toUpperCase() !== asked.confirmTyped.toUpperCase();
      });
      dialog.append(label, input);
    }
    actions.append(go, stay);
    dialog.append(actions);
    document.body.append(dialog);
    dialog.addEventListener('close', () => { dialog.remove(); if (submitter) submitter.focus(); });
    stay.addEventListener('click', () => dialog.close());
    go.addEventListener('click', () => {
      form.dataset.confirmed = 'yes';
      dialog.close();
      if (form.requestSubmit) form.requestSubmit(submitter || undefined); else form.submit();
    });
    dialog.showModal();
    if (!asked.confirmTyped) stay.focus();
  }
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const submitter = event.submitter;
    if (!form.dataset.confirm && !(submitter && submitter.dataset.confirm)) return;
    if (form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, submitter);
  }, true);
})();
