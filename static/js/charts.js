/* Renders a chart above each table marked data-chart, and folds the table. */
(function () {
  if (!window.echarts) return;
  const rootStyle = getComputedStyle(document.documentElement);
  const colour = (name) => rootStyle.getPropertyValue('--ag-' + name).trim();
  const inks = { ok: 'ok', time: 'time', bad: 'bad', mute: 'mute', scale: 'scale', brand: 'brand', hatch: 'brand', hollow: 'brand' };
  const quiet = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const size = parseFloat(rootStyle.fontSize) * 0.8125;
  const font = getComputedStyle(document.body).fontFamily;

  const style = (tone) => {
    const ink = colour(inks[tone] || 'brand');
    if (tone === 'hollow') return { color: colour('paper'), borderColor: ink, borderWidth: 1 };
    if (tone === 'hatch') {
      return { color: colour('brand-tint'), borderColor: ink, borderWidth: 1, decal: { color: ink, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 } };
    }
    return { color: ink };
  };

  /* Horizontal bars: only non-zero ones, and no more than can be read at a glance. */
  const MOST = 12;
  const read = (table) => {
    const heads = Array.from(table.tHead.rows[0].cells);
    const series = heads.map((head, place) => ({ name: head.textContent, tone: head.dataset.tone, place })).filter((one) => one.tone);
    let rows = Array.from(table.tBodies[0].rows);
    if (table.dataset.chart === 'across') {
      rows = rows.filter((row) => series.some((one) => Number(row.cells[one.place].textContent))).slice(0, MOST);
    }
    return {
      labels: rows.map((row) => row.cells[0].textContent),
      tones: rows.map((row) => row.dataset.tone),
      series: series.map((one) => ({ ...one, numbers: rows.map((row) => Number(row.cells[one.place].textContent)) })),
    };
  };

  const draw = (table) => {
    const shape = table.dataset.chart;
    const told = read(table);
    const box = table.closest('.chart').querySelector('.chart__box');
    const across = shape === 'across';
    if (!told.labels.length) return;
    const lines = shape === 'lines';
    const several = told.series.length > 1;
    const text = { color: colour('ink-2'), fontSize: size, fontFamily: font };
    box.hidden = false;
    if (across) box.style.height = `${(several ? 64 : 40) + told.labels.length * 34}px`;
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', table.caption.textContent + '（图，数字见数据表）');
    const names = {
      type: 'category', data: told.labels, inverse: across, axisTick: { show: false },
      axisLine: { lineStyle: { color: colour('ink') } }, axisLabel: {
        ...text, hideOverlap: true, ...(told.labels.length <= 10 ? { interval: 0 } : {}),
        ...(across ? { width: box.clientWidth * 0.4, overflow: 'truncate' } : {}),
      },
    };
    const scale = { type: 'value', minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colour('rule') } } };
    /* The total of a stack is the label of its last series. */
    const sums = told.labels.map((_, at) => told.series.reduce((sum, one) => sum + one.numbers[at], 0));
    const crowded = told.labels.length > 16;
    const series = told.series.map((one, turn) => (lines ? {
      name: one.name, type: 'line', data: one.numbers, symbol: 'rect', symbolSize: 6, itemStyle: style(one.tone),
      lineStyle: { width: 2, color: colour(inks[one.tone]), type: turn ? 'dashed' : 'solid' },
      emphasis: { disabled: true },
    } : {
      name: one.name, type: 'bar', stack: 'all', barMaxWidth: across ? 18 : 34, itemStyle: style(one.tone),
      /* A bar of length zero would still show its border. */
      data: one.numbers.map((value, at) => ({
        value, itemStyle: value ? style((!several && told.tones[at]) || one.tone) : { color: 'transparent', borderWidth: 0 },
      })),
      label: {
        show: !crowded && turn === told.series.length - 1, position: across ? 'right' : 'top', color: colour('ink'),
        fontSize: size, fontFamily: font, fontWeight: 'bold', formatter: (point) => sums[point.dataIndex] || '',
      },
      emphasis: { disabled: true },
    }));
    const chart = window.echarts.init(box, null, { renderer: 'canvas' });
    chart.setOption({
      animation: !quiet, animationDuration: 300,
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: { symbol: 'none' } } },
      textStyle: { fontFamily: font },
      grid: { left: 4, right: across ? 40 : 8, top: several ? 34 : 22, bottom: 4, containLabel: true },
      legend: several ? { top: 0, right: 0, itemWidth: 14, itemHeight: 12, textStyle: text, selectedMode: false } : undefined,
      tooltip: {
        trigger: 'axis', renderMode: 'richText', axisPointer: { type: lines ? 'line' : 'shadow' }, confine: true,
        backgroundColor: colour('paper'), borderColor: colour('ink'), textStyle: { ...text, color: colour('ink') },
      },
      xAxis: across ? scale : names,
      yAxis: across ? names : scale,
      series,
    });
    new ResizeObserver(() => chart.resize()).observe(box);
    table.closest('.chart').classList.add('is-drawn');
    table.closest('details').open = Boolean(table.closest('.chart--wide'));
  };

  document.querySelectorAll('table[data-chart]').forEach(draw);
})();
