/* Progressive enhancement of the holder's pages; every page works without it. */
(function () {
  /* Preview of the chosen photo; the server checks it when the page is saved. */
  document.querySelectorAll('input[type=file][data-preview]').forEach((input) => {
    const picture = document.createElement('img');
    picture.className = 'photo';
    picture.alt = '刚选择的照片，保存时上传';
    picture.hidden = true;
    input.after(picture);
    input.addEventListener('change', () => {
      if (picture.src) URL.revokeObjectURL(picture.src);
      const file = input.files[0];
      picture.hidden = !file || !/^image\/(jpeg|png)$/.test(file.type);
      if (!picture.hidden) picture.src = URL.createObjectURL(file);
    });
  });
  /* A number shown in full is hidden again after half a minute. */
  document.querySelectorAll('[data-revealed]').forEach((place) => {
    setTimeout(() => { place.textContent = place.dataset.revealed; }, 30000);
  });
})();
