/** An XML element as text, its children indented. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  children: readonly string[] | string = [],
): string => {
  const told = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeText(String(value))}"`],
  );
  const head = `<${name}${told.join('')}`;
  if (typeof children === 'string') return `${head}>${escapeText(children)}</${name}>`;
  if (children.length === 0) return `${head}/>`;
  return `${head}>\n${children.map((child) => child.replace(/^/gm, '  ')).join('\n')}\n</${name}>`;
};

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML holds it; what breaks lines as a reference, so that it is neither unified nor indented, and what XML cannot hold at all as its replacement character. */
const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[&<>"]/g, (mark) => marks[mark] ?? mark)
    .replace(/[\t\n\r\u2028\u2029]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones XML 1.0 forbids
    .replace(/[\u0000-\u001f\ufffe\uffff]/g, '\ufffd');
