import type { EChartsOption } from 'echarts';

/** Draws a chart as SVG text. The same chart gives the same text. */
export type Draw = (chart: EChartsOption, size?: { readonly width?: number; readonly height?: number }) => string;

const FONT = '"Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';
const colours = ['#1f5fa8', '#c2571a', '#2f8f5b', '#7a4fa3', '#8a8a8a'];

/** Loads the chart library and gives what draws with it; nothing comes from outside. */
export const createDraw = async (): Promise<Draw> => {
  const { init } = await import('echarts');
  let drawn = 0;
  return (chart, { width = 520, height = 320 } = {}) => {
    const canvas = init(null, null, { renderer: 'svg', ssr: true, width, height });
    canvas.setOption({ animation: false, color: colours, textStyle: { fontFamily: FONT }, ...chart });
    const svg = tidy(canvas.renderToSVGString());
    canvas.dispose();
    drawn++;
    // The library numbers its marks over a process; here they are numbered over a page.
    const numbers = new Map<string, number>();
    return svg.replaceAll(/zr\d+-(\w+?-?)(\d+)\b/g, (mark, kind: string) => {
      if (!numbers.has(mark)) numbers.set(mark, numbers.size);
      return `c${drawn}-${kind}${numbers.get(mark)}`;
    });
  };
};

/** Shapes that do not show. */
const hidden = /<path d="[^"]*" fill="(?:none"|rgb\(0,0,0\)" fill-opacity="0")><\/path>\n?/g;
/** Shapes one after the other that differ in nothing but where they lie. */
const alike = /<path d="([^"]*)("[^>]*><\/path>)(?:\n<path d="[^"]*\2)+/g;

/** Leaves out what the library writes for a mouse, says the page's font no more, and draws like shapes as one. */
const tidy = (svg: string): string =>
  svg
    .replaceAll(/<style >.*?<\/style>\n?/gs, '')
    .replaceAll(/ (?:ecmeta_\w+|class|pointer-events|xml:space)="[^"]*"/g, '')
    .replaceAll(`font-family:${FONT};`, '')
    .replaceAll(hidden, '')
    .replaceAll(alike, (shapes: string, _: string, rest: string) => {
      const places = Array.from(shapes.matchAll(/<path d="([^"]*)"/g), ([, place]) => place);
      return `<path d="${places.join('')}${rest}`;
    })
    .replaceAll('></path>', '/>');
