/* Input of pictures for the photo tool: 打开文件, drag and drop, paste. */
import { send } from './photo-api.js';
import { shrink } from './shrink.js';

const LIMIT = 5 * 1048576;
const LONGEST = 3600;

/* `begin` is told when a picture sets out, `lay` puts what the server opened on the stage, `end` is told how ever it went.
   Gives what shows a complaint. */
export function openFiles(tool, stage, token, { begin, lay, end }) {
  const [file, progress, place] = ['file', 'progress', 'fault'].map((name) => tool.querySelector('[data-photo-' + name + ']'));
  let busy = false;

  function tell(percent) {
    progress.firstElementChild.value = percent;
    progress.lastElementChild.textContent = percent < 100 ? '正在上传 ' + percent + '%' : '正在打开照片…';
  }

  function complain(sentence) {
    place.hidden = !sentence;
    place.querySelector('p').textContent = sentence;
    if (sentence) place.scrollIntoView({ block: 'nearest' });
  }

  async function open(chosen) {
    if (!chosen || busy) return;
    busy = true;
    complain('');
    tell(0);
    progress.hidden = false;
    begin();
    try {
      await lay(await send(tool.dataset.open, token, await shrink(chosen, LONGEST, LIMIT), tell));
      document.querySelector('main .errors')?.remove();
      stage.focus({ preventScroll: true });
    } catch (fault) {
      complain(fault.message);
    }
    end();
    busy = false;
    progress.hidden = true;
    file.value = '';
  }

  tool.querySelectorAll('[data-photo-pick]').forEach((button) => button.addEventListener('click', () => file.click()));
  file.addEventListener('change', () => open(file.files[0]));
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.files[0];
    if (!pasted) return;
    event.preventDefault();
    open(pasted);
  });
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');
  ['dragenter', 'dragover'].forEach((name) => document.addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    stage.classList.add('is-over');
  }));
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) stage.classList.remove('is-over'); });
  document.addEventListener('drop', (event) => {
    stage.classList.remove('is-over');
    if (!carriesFiles(event)) return;
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });
  return complain;
}
