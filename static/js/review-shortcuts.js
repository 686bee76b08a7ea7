/* Help dialog of all keys, and the switch that disables them for this account in this browser. */

const KEYS = [
  ['A，Enter', '通过'], ['J / K', '下一件、上一件'], ['B', '退回补正'], ['G', '领取下一件'], ['N', '不通过'], ['Q', '回待审队列'],
  ['1–9', '选理由'], ['D', '全部字段、只看变更'], ['Ctrl Enter', '连同理由送出'], ['C', '复制证书编号'], ['H', '暂缓'], ['[ / ]', '上一份、下一份材料'],
  ['Z', '撤回上一个决定'], ['+ − 0 R', '放大、缩小、适合、旋转'], ['F', '本人档案'], ['Esc', '收起'], ['V', '标为已看'], ['/', '查找'], ['?', '这一页'],
];

const make = (tag, words = '', props = {}) => Object.assign(document.createElement(tag), { textContent: words }, props);
const place = (account) => `anguan.keys.${account}`;

export function recallKeys(account) {
  let off = false;
  try { off = localStorage.getItem(place(account)) === 'off'; } catch { /* no storage: the keys are on */ }
  if (off) document.body.dataset.keys = 'off'; else delete document.body.dataset.keys;
}

function keepKeys(account, on) {
  try {
    if (on) localStorage.removeItem(place(account)); else localStorage.setItem(place(account), 'off');
  } catch { /* kept until the page is closed */ }
  if (on) delete document.body.dataset.keys; else document.body.dataset.keys = 'off';
}

export function showKeys(account) {
  const dialog = make('dialog', '', { className: 'keys-help' });
  const title = make('h2', '按键', { id: 'keys-title' });
  dialog.setAttribute('aria-labelledby', title.id);
  const list = make('dl');
  for (const [key, words] of KEYS) {
    const term = make('dt');
    term.append(make('kbd', key));
    list.append(term, make('dd', words));
  }
  const label = make('label', '', { className: 'check' });
  const box = make('input', '', { type: 'checkbox', checked: document.body.dataset.keys !== 'off' });
  box.addEventListener('change', () => keepKeys(account, box.checked));
  label.append(box, make('span', '用单个按键操作'));
  const close = make('button', '关闭', { type: 'button', className: 'btn' });
  close.addEventListener('click', () => dialog.close());
  const actions = make('div', '', { className: 'actions' });
  actions.append(close);
  const note = make('p', '在输入框里、在对话框里、正在用输入法打字时，按键不起作用。', { className: 'hint' });
  dialog.append(title, list, note, label, actions);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
