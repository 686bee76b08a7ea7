/* Right side of the photo tool: preview of the crop, and check results. */
const OPEN = '打开照片后检查';
const ROWS = [
  ['ground', '白底', ['ground', 'uneven']],
  ['sight', '彩色、曝光、清晰度', ['grey', 'dark', 'bright', 'blurred']],
  ['head', '人像大小和位置', ['nobody', 'far', 'near', 'aside']],
];
const DRAWINGS = { ok: 'check', warn: 'warn', block: 'cross', open: 'dash' };
const SPOKEN = { ok: '合格', warn: '请留意', block: '不合格', open: '未检查' };

export class Judge {
  constructor(tool, least, tuck) {
    this.list = tool.querySelector('[data-photo-checks]');
    this.canvases = [...tool.querySelectorAll('[data-photo-result] canvas')];
    this.sprite = tool.dataset.sprite;
    this.least = least;
    this.tuck = tuck;
    this.lines = new Map();
  }

  /* Render the preview from the picture on the stage; `scale` is canvas pixels per picture pixel. */
  draw(drawing, crop, scale) {
    for (const canvas of this.canvases) {
      const pen = canvas.getContext('2d');
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = 'high';
      const by = canvas.width / crop.width;
      pen.drawImage(drawing, -crop.x * by, -crop.y * by, (drawing.width / scale) * by, (drawing.height / scale) * by);
    }
  }

  /* Local check without the server: the message that blocks saving, or ''. */
  measure(crop) {
    const { width, height } = this.least;
    const size = crop.width + '×' + crop.height;
    const small = crop.width < width || crop.height < height ? '放大过多，实际只有 ' + size + ' 像素' : '';
    const outside = crop.inside ? '' : '裁剪框有一部分在照片外面';
    this.line('size', small ? 'block' : 'ok', '尺寸不低于 ' + width + '×' + height, size, small);
    this.line('ratio', 'ok', '高宽比 1.3', (crop.height / crop.width).toFixed(3));
    this.line('inside', 'block', '裁剪框在照片里', '超出', outside, !outside);
    this.line('format', 'ok', '格式 jpg，文件完整', '已读取');
    if (outside) this.offer(this.lines.get('inside'));
    return outside || small;
  }

  /* Show the result of the server; nothing while the call is pending. */
  show(answer) {
    const findings = [...(answer?.findings || [])];
    for (const [key, title, codes] of ROWS) {
      const mine = findings.filter((one) => codes.includes(one.code));
      const level = mine.some((one) => one.level === 'block') ? 'block' : mine.length ? 'warn' : 'ok';
      const known = answer && !answer.sentence;
      this.line(key, known ? level : 'open', title, known ? (mine.length ? '请留意' : '正常') : '—',
        mine.map((one) => one.sentence).join('；'));
    }
    const others = findings.filter((one) => !ROWS.some((row) => row[2].includes(one.code)));
    this.line('other', others.some((one) => one.level === 'block') ? 'block' : 'warn', '其他提醒', '请留意',
      others.map((one) => one.sentence).join('；'), !others.length);
  }

  line(key, level, title, value, sentence = '', hidden = false) {
    const state = [level, title, value, sentence, hidden].join('|');
    const old = this.lines.get(key);
    if (old?.dataset.state === state) return;
    const item = old || document.createElement('li');
    item.dataset.state = state;
    item.dataset.check = key;
    item.className = 'is-' + level;
    item.hidden = hidden;
    item.innerHTML = '<svg class="icon" aria-hidden="true" focusable="false"><use></use></svg><span></span><b></b>';
    item.querySelector('use').setAttribute('href', this.sprite + '#' + DRAWINGS[level]);
    const [words, spoken] = [item.querySelector('span'), document.createElement('span')];
    words.textContent = title;
    spoken.className = 'sr';
    spoken.textContent = '：' + SPOKEN[level];
    words.append(spoken);
    item.querySelector('b').textContent = value;
    if (sentence) {
      const said = document.createElement('p');
      said.textContent = sentence;
      item.append(said);
    }
    if (!old) {
      this.lines.set(key, item);
      this.list.append(item);
    }
  }

  offer(item) {
    const said = item.querySelector('p');
    if (said.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = '把框移回照片内';
    button.addEventListener('click', this.tuck);
    said.append(button);
  }

  /* State before a picture is open. */
  empty() {
    this.line('size', 'open', '尺寸不低于 ' + this.least.width + '×' + this.least.height, OPEN);
    this.line('ratio', 'open', '高宽比 1.3', '—');
    this.line('inside', 'open', '裁剪框在照片里', '—', '', true);
    this.line('format', 'open', '格式 jpg，文件完整', '—');
    this.show(null);
  }
}
