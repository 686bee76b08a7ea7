/* Fields that may be answered 无: two radio buttons, so that nobody has to know the word. */
(function () {
  document.querySelectorAll('[data-none]').forEach((control) => {
    const word = control.dataset.none;
    const none = control.tagName === 'SELECT'
      ? Array.from(control.options).find((option) => option.value === word || option.textContent.trim() === word)
      : { value: word };
    if (!none) return;
    const group = document.createElement('div');
    group.className = 'checks';
    group.setAttribute('role', 'radiogroup');
    const label = document.querySelector('label[for="' + CSS.escape(control.id) + '"]');
    group.setAttribute('aria-label', '有或' + word);
    if (label) {
      label.id = label.id || 'label:' + control.id;
      group.setAttribute('aria-describedby', label.id);
    }
    let kept = control.value === none.value ? '' : control.value;
    const buttons = [['有', true], [word, false]].map(([text, has]) => {
      const line = document.createElement('label');
      const button = document.createElement('input');
      line.className = 'check';
      button.type = 'radio';
      button.name = 'none-choice:' + control.id;
      button.checked = (control.value !== none.value) === has;
      button.setAttribute('form', 'no-form');
      button.addEventListener('change', () => {
        if (!has) kept = control.value;
        control.value = has ? kept : none.value;
        control.hidden = !has;
        control.dispatchEvent(new Event('change', { bubbles: true }));
        if (has) control.focus();
      });
      line.append(button, text);
      group.append(line);
      return button;
    });
    control.hidden = buttons[1].checked;
    control.before(group);
  });
})();
