/* Password fields: a button that shows the password, and rules that tick while typing. */
(function () {
  document.querySelectorAll('[data-secret]').forEach((place) => {
    const input = place.querySelector('input');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link secret__show';
    const say = () => {
      const hidden = input.type === 'password';
      button.textContent = hidden ? '显示' : '隐藏';
      button.setAttribute('aria-label', hidden ? '显示密码' : '隐藏密码');
    };
    button.addEventListener('click', () => {
      input.type = input.type === 'password' ? 'text' : 'password';
      say();
    });
    if (input.form) input.form.addEventListener('submit', () => { input.type = 'password'; });
    say();
    place.append(button);
  });

  const valueIn = (id) => (document.getElementById(id) || { value: '' }).value;
  const kinds = (text) => [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  /* The password must not contain six consecutive characters of the login. */
  const apart = (text, other) => {
    const low = text.toLowerCase();
    const parts = other.toLowerCase();
    for (let at = 0; at + 6 <= parts.length; at += 1) if (low.includes(parts.slice(at, at + 6))) return false;
    return true;
  };
  const met = {
    length: (text, least) => Array.from(text).length >= Number(least),
    kinds: (text, least) => kinds(text) >= Number(least),
    apart: (text, other) => text !== '' && apart(text, valueIn(other) || other),
    same: (text, other) => text !== '' && text === valueIn(other),
  };
  document.querySelectorAll('[data-rules]').forEach((list) => {
    const tick = () => {
      const text = valueIn(list.dataset.rules);
      list.querySelectorAll('[data-rule]').forEach((line) => {
        const at = line.dataset.rule.indexOf(':');
        const rule = met[line.dataset.rule.slice(0, at)];
        line.classList.toggle('is-met', Boolean(rule && rule(text, line.dataset.rule.slice(at + 1))));
      });
    };
    document.addEventListener('input', tick);
    tick();
  });
})();
