/* Say at once that a file is empty or too big; the server says it again. */
(function () {
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1) + ' MB';
  document.querySelectorAll('input[type=file][data-limit]').forEach((input) => {
    const place = document.querySelector('[data-upload-faults="' + CSS.escape(input.name) + '"]');
    input.addEventListener('change', () => {
      const limit = Number(input.dataset.limit);
      const faults = Array.from(input.files).map((file) => {
        if (file.size === 0) return '“' + file.name + '”是空文件，请重新选择';
        if (file.size > limit) return '“' + file.name + '”有 ' + megabytes(file.size) + '，超过 ' + megabytes(limit) + '，请压缩或重新拍照';
        return '';
      }).filter(Boolean);
      if (faults.length) input.value = '';
      if (!place) return;
      place.textContent = '';
      faults.forEach((words) => {
        const line = document.createElement('p');
        line.className = 'field__error';
        line.textContent = words;
        place.append(line);
      });
    });
  });
})();
